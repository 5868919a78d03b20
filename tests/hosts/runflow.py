"""Runflow's twin: runs of four models, uploads of assets in three steps, account and balance.

The protocol is that of the provider's API reference and of the parameter table of flux-2-pro. What
is not documented (the edit route, the fields of flex, max and turbo) is as the cards assume it.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from PIL import Image

from tests.hosts.fields import Field, problems
from tests.hosts.server import HostServer, Rejection, Task, Violation, route
from tests.hosts.wire import Answer, Asked

UPLOAD_LIMIT = 52_428_800  # bytes
MEGAPIXEL = 1024 * 1024  # pixels
PRESETS = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
STATUSES = ("queued", "dispatching", "running", "succeeded", "partial_succeeded", "failed",
            "canceled")  # fmt: skip
CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    402: "INSUFFICIENT_CREDIT",
    403: "PERMISSION_DENIED",
    404: "RUN_NOT_FOUND",
    409: "CONFLICT",
    422: "VALIDATION_ERROR",
    429: "RATE_LIMITED",
    503: "MODEL_UNAVAILABLE",
}
# USD: first megapixel of output, each further one, each of input. Those of max and turbo are made
# up: nobody knows them, which is what the client must cope with.
PRICES = {
    "flux-2-pro": ("0.03", "0.015", "0.015"),
    "flux-2-flex": ("0.05", "0.05", "0.05"),
    "flux-2-max": ("0.07", "0.03", "0"),
    "flux-2-turbo": ("0.008", "0.008", "0"),
}
COMMON = {
    "prompt": Field(str, required=True, least=1),
    "image_size": Field((str, dict)),
    "output_format": Field(str, choices=("jpeg", "png")),
    "enable_safety_checker": Field(bool),
    "seed": Field(int, least=0, most=2**32 - 1),
}
FULL = {
    **COMMON,
    "safety_tolerance": Field(str, choices=("1", "2", "3", "4", "5")),
    "sync_mode": Field(bool),
}
FIELDS = {
    "flux-2-pro": FULL,
    "flux-2-flex": {
        **FULL,
        "guidance_scale": Field((int, float), least=1.5, most=10),
        "num_inference_steps": Field(int, least=1, most=50),
    },
    "flux-2-max": FULL,
    "flux-2-turbo": COMMON,
}


@dataclass
class Upload:
    name: str
    mime: str
    size: int
    data: bytes = b""
    confirmed: bool = False


class RunflowHost(HostServer):
    """`shape` is where the pictures of an output stand: outputs, images, image_urls, image, url.

    `edits` False leaves the guessed edit route unknown. `waits` answers a create call in sync mode
    with the finished run and forgets it at once. `waiting_word` replaces 'running'. `link_seconds`
    is how long a result's address lives; `cents` answers the balance the older way.
    """

    provider = "runflow"

    def __init__(self) -> None:
        super().__init__()
        self.shape = "outputs"
        self.edits = True
        self.waits = False
        self.cents = False
        self.waiting_word = "running"
        self.link_seconds = 86_400.0
        self.uploads: dict[str, Upload] = {}

    # Runs

    @route("POST", "/v1/models/black-forest-labs/{model}/runs", "submit")
    def submit(self, asked: Asked, model: str) -> Answer:
        return self._create(asked, model, edit=False)

    @route("POST", "/v1/models/black-forest-labs/{model}/edit/runs", "edit")
    def edit(self, asked: Asked, model: str) -> Answer:
        if not self.edits or model not in ("flux-2-pro", "flux-2-flex"):
            self.check_key(asked)
            raise Rejection(404, "Model not found", "MODEL_NOT_FOUND")
        return self._create(asked, model, edit=True)

    @route("GET", "/v1/runs/{number}", "check")
    def check(self, asked: Asked, number: str) -> Answer:
        self.check_key(asked)
        if set(asked.query) - {"add_signature"}:
            raise Violation(f"unknown query {asked.query}")
        task = self.task(number)
        if self._forgets(task):
            raise Rejection(404, "Run not found", "RUN_NOT_FOUND")
        return Answer(
            200, json=self._run_of(task, fresh=asked.query.get("add_signature") == "true")
        )

    @route("GET", "/v1/runs", "runs")
    def runs(self, asked: Asked) -> Answer:
        self.check_key(asked)
        limit = int(asked.query.get("limit", "20"))
        order = asked.query.get("sort_by", "created_at:desc")
        if set(asked.query) - {"limit", "sort_by", "pq"} or not 1 <= limit <= 500:
            raise Violation(f"unknown query {asked.query}")
        if order != "created_at:desc":
            raise Violation(f"the twin does not sort by {order}")
        found, after = self.page(list(self.tasks.values()), asked.query.get("pq", ""), limit)
        items = [self._run_of(task) for task in found]
        return Answer(200, json={"items": items, "next_pq": after, "prev_pq": None})

    @route("GET", "/results/{number}/{name}", "result", origin="files")
    def result(self, asked: Asked, number: str, name: str) -> Answer:
        expires = asked.query.get("expires", "0")
        if asked.query.get("signature") != _signature(f"{number}/{name}/{expires}"):
            raise Violation("the address was changed", 403)
        if float(expires) < self.clock():
            return Answer(403, body=b"<Error>expired</Error>", headers={"content-type": "text/xml"})
        task = self.tasks[number]
        return Answer(200, body=self._bytes(task), headers={"content-type": f"image/{_form(task)}"})

    # Assets

    @route("POST", "/v1/asset-uploads", "upload")
    def upload(self, asked: Asked) -> Answer:
        self.check_key(asked)
        body = self._json(asked)
        fields = {
            "filename": Field(str, required=True, least=1, most=500),
            "mime_type": Field(str, required=True),
            "size_bytes": Field(int, required=True, least=1, most=UPLOAD_LIMIT),
        }
        self._demand(problems(body, fields))
        number = f"asset-{len(self.uploads) + 1:04d}"
        self.uploads[number] = Upload(body["filename"], body["mime_type"], body["size_bytes"])
        url = f"{self.files_url}/uploads/{number}?signature={_signature(number)}"
        return Answer(201, json={"asset_id": number, "upload_url": url})

    @route("PUT", "/uploads/{number}", "put", origin="files")
    def put(self, asked: Asked, number: str) -> Answer:
        upload = self.uploads.get(number)
        if upload is None or asked.query.get("signature") != _signature(number):
            raise Violation("the upload address was changed", 403)
        if asked.headers.get("content-type") != upload.mime:
            raise Violation("the content type is not the one announced", 400)
        if len(asked.body) != upload.size:
            raise Violation("the bytes are not as many as announced", 400)
        upload.data = asked.body
        return Answer(200)

    @route("POST", "/v1/asset-uploads/{number}/confirmations", "confirm")
    def confirm(self, asked: Asked, number: str) -> Answer:
        self.check_key(asked)
        upload = self.uploads.get(number)
        if upload is None or not upload.data:
            raise Violation("nothing was uploaded for this asset")
        upload.confirmed = True
        return Answer(200, json=self._asset(number, upload))

    @route("GET", "/v1/assets/{number}", "asset")
    def asset(self, asked: Asked, number: str) -> Answer:
        self.check_key(asked)
        if number not in self.uploads:
            raise Rejection(404, "Asset not found", "ASSET_NOT_FOUND")
        return Answer(200, json=self._asset(number, self.uploads[number]))

    # Account

    @route("GET", "/v1/auth/me", "me")
    def me(self, asked: Asked) -> Answer:
        self.check_key(asked)
        return Answer(200, json={"id": "user-1", "email": "twin@example.invalid"})

    @route("GET", "/v1/billing/balance", "balance")
    def left(self, asked: Asked) -> Answer:
        self.check_key(asked)
        if self.cents:
            return Answer(200, json={"balance_cents": int(self.balance * 100), "currency": "usd"})
        return Answer(200, json={"balance": f"{self.balance:.4f}"})

    @route("GET", "/v1/health", "health")
    def health(self, _asked: Asked) -> Answer:
        return Answer(200, json={"status": "ok"})

    # Checks and shapes

    def error(self, status: int, message: str, code: str) -> Answer:
        word = code if code.isupper() else CODES.get(status, "INTERNAL_ERROR")
        return Answer(status, json={"code": word, "message": message, "errors": []})

    def _create(self, asked: Asked, model: str, *, edit: bool) -> Answer:
        self.check_key(asked)
        if model not in FIELDS:
            raise Rejection(404, "Model not found", "MODEL_NOT_FOUND")
        body = self._json(asked)
        fields = {
            "input": Field(dict, required=True),
            "client_ref": Field(str, most=255),
            "callback_url": Field(str),
            "metadata": Field(dict),
        }
        self._demand(problems(body, fields))
        given = body["input"]
        inputs = dict(FIELDS[model])
        if edit:
            item = Field(str, least=8)
            inputs["image_urls"] = Field(list, required=True, least=1, most=8, item=item)
        self._demand(problems(given, inputs))
        width, height = self._size(given.get("image_size", "landscape_4_3"), model)
        references = sum(self._megapixels(url) for url in given.get("image_urls", []))
        first, further, input_price = map(Decimal, PRICES[model])
        usd = first + further * (_whole(width, height) - 1) + input_price * references
        task = self.accept(
            body, usd, intent=body.get("client_ref", ""), kind=model, width=width, height=height
        )
        if given.get("sync_mode") and self.waits:
            task.seconds = 0
            return Answer(201, json=self._run_of(task))
        return Answer(201, json=self._run_of(task) | {"status_code": "queued", "output": None})

    def _size(self, asked: Any, model: str) -> tuple[int, int]:
        if isinstance(asked, str):
            if asked not in PRESETS:
                raise Violation(f"image_size {asked!r} is no preset")
            return PRESETS[asked]
        side = Field(int, required=True, least=64, most=2048 if "turbo" in model else 4096)
        self._demand(problems(asked, {"width": side, "height": side}))
        return asked["width"], asked["height"]

    def _megapixels(self, url: str) -> int:
        """Whole megapixels of a reference; an asset of ours must have been confirmed."""
        if not url.startswith(self.files_url):
            if not url.startswith(("https://", "data:image/")):
                raise Violation(f"{url[:80]} is no address a reference can have")
            return 1
        number = url.removeprefix(f"{self.files_url}/assets/").partition("/")[0]
        if number not in self.uploads or not self.uploads[number].confirmed:
            raise Violation(f"{url} was never confirmed")
        with Image.open(BytesIO(self.uploads[number].data)) as opened:
            return _whole(*opened.size)

    def _asset(self, number: str, upload: Upload) -> dict[str, Any]:
        signed = f"{self.files_url}/assets/{number}/{upload.name}?signature={_signature(number)}"
        return {
            "id": number,
            "filename": upload.name,
            "mime_type": upload.mime,
            "size_bytes": upload.size,
            "url": signed,
        }

    def _forgets(self, task: Task) -> bool:
        return self.waits and bool(task.body["input"].get("sync_mode"))

    def _run_of(self, task: Task, *, fresh: bool = False) -> dict[str, Any]:
        status = self._status_word(task)
        over = status not in (*STATUSES[:2], self.waiting_word)
        moment = datetime.now(UTC).isoformat()
        run: dict[str, Any] = {
            "id": task.id,
            "model_id": f"black-forest-labs/{task.kind}",
            "status_code": status,
            "input": task.body["input"],
            "output": None,
            "duration_ms": round(task.seconds * 1000) if over else None,
            "cost": None,
            "client_ref": task.body.get("client_ref"),
            "request_id": f"req-{task.id}",
            "created_at": task.made.isoformat(),
            "completed_at": moment if over else None,
            "failure_code": None,
            "failure_message": None,
        }
        if status.lower() in ("succeeded", "partial_succeeded"):
            run["output"] = self._output(task, fresh)
            run["cost"] = f"{task.usd:.6f}"
            run["cost_breakdown"] = {"total": f"{task.usd:.6f}"}
        elif over:
            run["failure_code"] = task.details.get("code", "MODEL_ERROR")
            run["failure_message"] = task.details.get("message", "The model could not finish.")
        run.update(task.details.get("run", {}))
        return run

    def _status_word(self, task: Task) -> str:
        done = self.progress(task)
        if done < 0.1:
            return "queued"
        if done < 0.2:
            return "dispatching"
        if done < 1:
            return self.waiting_word
        ended = "succeeded" if task.ending == "done" else task.ending
        return str(task.details.get("status", ended))

    def _output(self, task: Task, fresh: bool) -> dict[str, Any]:
        inline = bool(task.body["input"].get("sync_mode"))
        count = task.details.get("images", 1)
        links = [self._inline(task) if inline else self._link(task, i, fresh) for i in range(count)]
        form = _form(task)
        shapes: dict[str, Any] = {
            "outputs": [{"url": url, "type": "image", "format": form} for url in links],
            "images": [{"url": url, "content_type": f"image/{form}"} for url in links],
            "image_urls": links,
            "image": {"url": links[0]} if links else None,
            "url": links[0] if links else None,
        }
        seed = task.body["input"].get("seed", 4711)
        told = {"seed": seed, "timings": {"inference": task.seconds}, "nsfw_detected": False}
        return {self.shape: shapes[self.shape], **told, **task.details.get("output", {})}

    def _link(self, task: Task, index: int, fresh: bool) -> str:
        start = self.clock() if fresh else task.created + task.seconds
        name, expires = f"{index}.{_form(task)}", str(round(start + self.link_seconds, 3))
        signature = _signature(f"{task.id}/{name}/{expires}")
        return f"{self.files_url}/results/{task.id}/{name}?expires={expires}&signature={signature}"

    def _inline(self, task: Task) -> str:
        return f"data:image/{_form(task)};base64,{base64.b64encode(self._bytes(task)).decode()}"

    def _bytes(self, task: Task) -> bytes:
        return self.picture(task, task.details["width"], task.details["height"], _form(task))

    def _json(self, asked: Asked) -> dict[str, Any]:
        if asked.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise Violation("the content type is not application/json", 400)
        try:
            body = asked.json
        except ValueError:
            raise Violation("the body is not JSON", 400) from None
        if not isinstance(body, dict):
            raise Violation("the body is not an object", 400)
        return body

    def _demand(self, found: list[str]) -> None:
        if found:
            raise Violation("; ".join(found))


def _form(task: Task) -> str:
    return str(task.body["input"].get("output_format", "jpeg"))


def _whole(width: int, height: int) -> int:
    return max(1, -(-width * height // MEGAPIXEL))


def _signature(text: str) -> str:
    return hashlib.sha256(f"twin/{text}".encode()).hexdigest()[:24]
