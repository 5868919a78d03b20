"""fal's twin: the queue of six models and their edit forms, uploads in two steps, prices, billing.

The protocol is that of the publisher's Python and JavaScript packages (which drive it in a test)
and of its pages on the queue, on errors and on the platform APIs. Its queue, storage and platform
hosts are one origin here; results and uploads have another, which must never see a key.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from PIL import Image

from tests.hosts.fal_fields import (
    FIELDS,
    FIRST,
    FURTHER,
    INPUTS,
    PRESETS,
    SIDES,
    input_megapixels,
    whole_megapixels,
)
from tests.hosts.fields import Field, problems
from tests.hosts.records import Rejection, Task, Violation
from tests.hosts.server import HostServer, route
from tests.hosts.wire import Answer, Asked

STORAGES = ("fal-cdn-v3", "gcs")
WAITS = 0.2  # the share of a request's time that it spends in the queue


@dataclass
class Upload:
    name: str
    mime: str
    data: bytes = b""


class FalHost(HostServer):
    """`opaque` makes the returned addresses such that nobody can build them; `address_base`
    replaces where they lead. `ahead` is how many requests are before one in the queue. A request
    that runs is stopped by a cancel unless it is `stubborn`. `admin` is whether the key may see
    the balance; `units` whether results tell what they cost. `uploads_at` is the origin that takes
    the bytes. `locked` closes the account.
    """

    provider = "fal"

    def __init__(self) -> None:
        super().__init__()
        self.opaque = False
        self.address_base = ""
        self.ahead = 2
        self.stubborn = False
        self.admin = True
        self.units = True
        self.locked = False
        self.uploads_at = ""
        self.uploads: dict[str, Upload] = {}

    # The queue

    @route("POST", "/fal-ai/{path*}", "submit")
    def submit(self, asked: Asked, path: str) -> Answer:
        self.check_key(asked)
        model, _, form = path.partition("/edit")
        if model not in FIELDS or form or path not in (model, f"{model}/edit"):
            raise Rejection(404, f"Application {path} not found")
        if asked.query:
            raise Violation(f"unknown query {asked.query}")
        body = self._json(asked)
        edit = path.endswith("/edit")
        self._demand(problems(body, {**FIELDS[model], **(INPUTS[model] if edit else {})}))
        width, height = self._size(body.get("image_size", "landscape_4_3"), model)
        references = sum(self._megapixels(url) for url in body.get("image_urls", []))
        each = Decimal(FURTHER[model])
        whole = whole_megapixels(width, height)
        usd = Decimal(FIRST[model]) + each * (whole - 1 + references)
        task = self.accept(body, usd, kind=path, width=width, height=height)
        return Answer(
            200, json={"status": "IN_QUEUE", "queue_position": self.ahead, **self._links(task)}
        )

    @route("GET", "/fal-ai/{app}/requests/{number}/status", "check")
    @route("GET", "/q/{token}/status", "check")
    def check(self, asked: Asked, token: str = "", number: str = "", app: str = "") -> Answer:
        task = self._named(asked, token, number, app)
        logs = asked.query.get("logs", "0")
        if set(asked.query) - {"logs"} or logs not in ("0", "1", "true", "false"):
            raise Violation(f"unknown query {asked.query}")
        done = self.progress(task)
        state: dict[str, Any] = {"status": "IN_PROGRESS", **self._links(task)}
        state["logs"] = self._logs(task) if logs in ("1", "true") else None
        if done < WAITS and task.ending != "cancelled":
            left = round(self.ahead * (1 - done / WAITS))
            return Answer(202, json={**state, "status": "IN_QUEUE", "queue_position": left})
        if done < 1 and task.ending != "cancelled":
            word = task.details.get("waiting_word", "IN_PROGRESS")
            return Answer(202, json={**state, "status": word})
        state |= {"status": "COMPLETED", "metrics": {"inference_time": task.seconds}}
        if task.ending != "done" and not task.details.get("quiet"):
            state["error"] = task.details.get("error", "The request failed.")
            state["error_type"] = task.details.get("error_type")
        return Answer(200, json={**state, **task.details.get("state", {})})

    @route("GET", "/fal-ai/{app}/requests/{number}", "answer")
    @route("GET", "/q/{token}/result", "answer")
    def answer(self, asked: Asked, token: str = "", number: str = "", app: str = "") -> Answer:
        task = self._named(asked, token, number, app)
        if asked.query:
            raise Violation(f"unknown query {asked.query}")
        if task.ending != "cancelled" and self.progress(task) < 1:
            return Answer(400, json={"detail": "Request is still in progress"})
        headers = {"x-fal-request-id": task.id}
        if task.ending != "done":
            return self._failure(task, headers)
        if self.units:
            headers["x-fal-billable-units"] = f"{task.usd / Decimal(FIRST[_model(task.kind)]):.6f}"
        return Answer(200, json=self._output(task), headers=headers)

    @route("PUT", "/fal-ai/{app}/requests/{number}/cancel", "cancel")
    @route("PUT", "/q/{token}/cancel", "cancel")
    def cancel(self, asked: Asked, token: str = "", number: str = "", app: str = "") -> Answer:
        try:
            task = self._named(asked, token, number, app)
        except Rejection as no:
            if no.status != 404:
                raise
            return Answer(404, json={"status": "NOT_FOUND"})
        done = self.progress(task)
        if done >= 1 and task.ending != "cancelled":
            return Answer(400, json={"status": "ALREADY_COMPLETED"})
        if done < WAITS or not self.stubborn:
            self._stop(task)
        return Answer(202, json={"status": "CANCELLATION_REQUESTED"})

    @route("GET", "/results/{number}/{name}", "result", origin="files")
    def result(self, asked: Asked, number: str, name: str) -> Answer:
        if asked.query.get("signature") != _signature(f"{number}/{name}"):
            raise Violation("the address was changed", 403)
        task = self.tasks[number]
        return Answer(200, body=self._bytes(task), headers={"content-type": f"image/{_form(task)}"})

    # Storage

    @route("POST", "/storage/upload/initiate", "upload")
    def upload(self, asked: Asked) -> Answer:
        self.check_key(asked)
        if set(asked.query) != {"storage_type"} or asked.query["storage_type"] not in STORAGES:
            raise Violation(f"unknown query {asked.query}")
        text = Field(str, required=True, least=1)
        body = self._json(asked)
        self._demand(problems(body, {"content_type": text, "file_name": text}))
        number = f"file-{len(self.uploads) + 1:04d}"
        self.uploads[number] = Upload(body["file_name"], body["content_type"])
        place = f"{self.uploads_at or self.files_url}/uploads/{number}"
        return Answer(
            200,
            json={
                "upload_url": f"{place}?signature={_signature(number)}",
                "file_url": f"{self.files_url}/stored/{number}/{body['file_name']}",
            },
        )

    @route("PUT", "/uploads/{number}", "put", origin="files")
    @route("PUT", "/uploads/{number}", "put")
    def put(self, asked: Asked, number: str) -> Answer:
        upload = self.uploads.get(number)
        if upload is None or asked.query.get("signature") != _signature(number):
            raise Violation("the upload address was changed", 403)
        if asked.headers.get("content-type") != upload.mime:
            raise Violation("the content type is not the one announced", 400)
        if not asked.body:
            raise Violation("nothing was uploaded", 400)
        upload.data = asked.body
        return Answer(200)

    # The platform

    @route("GET", "/v1/models/pricing", "prices")
    def prices(self, asked: Asked) -> Answer:
        self.check_key(asked)
        if set(asked.query) != {"endpoint_id"}:
            raise Violation(f"unknown query {asked.query}")
        models = {
            e: _model(e.removeprefix("fal-ai/")) for e in asked.query["endpoint_id"].split(",")
        }
        if not set(models.values()) <= set(FIRST):
            raise Rejection(404, "Endpoint not found", "not_found")
        rows = [
            {
                "endpoint_id": endpoint,
                "unit_price": float(FIRST[model]),
                "unit": "megapixels",
                "currency": "USD",
            }
            for endpoint, model in models.items()
        ]
        return Answer(200, json={"prices": rows, "next_cursor": None, "has_more": False})

    @route("GET", "/v1/models/requests/by-endpoint", "list")
    def requests_by_endpoint(self, asked: Asked) -> Answer:
        self.check_key(asked)
        query = asked.query
        wanted, known = {"endpoint_id"}, {"start", "end", "limit", "cursor", "expand"}
        limit = int(query.get("limit", "50"))
        if not wanted <= set(query) <= wanted | known or not 1 <= limit <= 100:
            raise Violation(f"unknown query {query}")
        least, most = (
            datetime.fromisoformat(query[n]) if n in query else None for n in ("start", "end")
        )
        least = least or datetime.now(UTC) - timedelta(hours=24)
        inside = [
            t for t in self.tasks.values()
            if self.progress(t) >= 1 and f"fal-ai/{t.kind}" == query["endpoint_id"]
            and least <= t.made and not (most and t.made >= most)
        ]  # fmt: skip
        found, after = self.page(inside, query.get("cursor", ""), limit)
        with_bodies = query.get("expand") == "payloads"
        rows = [self._listed(task, with_bodies=with_bodies) for task in found]
        return Answer(200, json={"items": rows, "next_cursor": after, "has_more": bool(after)})

    @route("GET", "/v1/account/billing", "billing")
    def billing(self, asked: Asked) -> Answer:
        self.check_key(asked)
        if asked.query != {"expand": "credits"}:
            raise Violation(f"unknown query {asked.query}")
        if not self.admin:
            raise Rejection(403, "Admin API key required")
        left = {"current_balance": float(self.balance), "currency": "USD"}
        return Answer(200, json={"username": "twin", "credits": left})

    # Checks and shapes

    def check_key(self, asked: Asked) -> None:
        if asked.headers.get("authorization") != f"Key {self.key}":
            raise Rejection(401, "Invalid authentication credentials", "unauthorized")
        if self.locked:
            raise Rejection(
                403, "User is locked. Reason: Exhausted balance. Top up your balance at the site."
            )

    def error(self, status: int, message: str, code: str) -> Answer:
        """Model errors are a list, all others a text."""
        if status == 422:
            entry = {"loc": ["body"], "msg": message, "type": code or "value_error"}
            return Answer(422, json={"detail": [entry]})
        body = {"detail": message, **({"error_type": code} if code else {})}
        return Answer(status, json=body)

    def _links(self, task: Task) -> dict[str, str]:
        base = self.address_base or self.base_url
        app = "/".join(task.kind.split("/")[:1])
        root = f"{base}/fal-ai/{app}/requests/{task.id}"
        links = {"status": f"{root}/status", "response": root, "cancel": f"{root}/cancel"}
        if self.opaque:
            root = f"{base}/q/{_signature(task.id)}"
            links = {"status": f"{root}/status", "response": f"{root}/result"}
            links["cancel"] = f"{root}/cancel"
        return {"request_id": task.id, **{f"{name}_url": url for name, url in links.items()}}

    def _named(self, asked: Asked, token: str, number: str, app: str) -> Task:
        """The task of an address: by its id and the app it belongs to, or by its token."""
        self.check_key(asked)
        if token:
            number = next((n for n in self.tasks if _signature(n) == token), "")
        elif self.opaque:
            raise Violation("the address was built, not taken from the reply", 404)
        task = self.tasks.get(number)
        if task is None or (app and task.kind.split("/")[0] != app):
            raise Rejection(404, "Request not found")
        return task

    def _listed(self, task: Task, *, with_bodies: bool) -> dict[str, Any]:
        made = task.made.isoformat()
        row = {"request_id": task.id, "endpoint_id": f"fal-ai/{task.kind}", "status_code": 200}
        row |= {"sent_at": made, "started_at": made, "ended_at": made, "duration": task.seconds}
        return row | ({"json_input": task.body} if with_bodies else {})

    def _stop(self, task: Task) -> None:
        """A request that was stopped costs nothing here."""
        if task.ending == "done":
            self.balance += task.usd
            self.ledger = [charge for charge in self.ledger if charge.task != task.id]
        task.ending = "cancelled"
        task.details |= {"error": "Request was cancelled", "error_type": "client_cancelled"}

    def _failure(self, task: Task, headers: dict[str, str]) -> Answer:
        if task.ending == "cancelled":
            return Answer(499, json={"detail": "Cancelled", "error_type": "client_cancelled"})
        body: dict[str, Any] = {"detail": task.details.get("detail", "The request failed.")}
        if task.details.get("error_type"):
            body["error_type"] = headers["x-fal-error-type"] = task.details["error_type"]
        return Answer(task.details.get("status", 500), json=body, headers=headers)

    def _output(self, task: Task) -> dict[str, Any]:
        form, count = _form(task), task.details.get("images", 1)
        inline = bool(task.body.get("sync_mode"))
        images = [
            {
                "url": self._inline(task) if inline else self._link(task, f"{i}.{form}"),
                "content_type": f"image/{form}",
                "file_name": f"{i}.{form}",
                "file_size": None,
                "width": task.details["width"],
                "height": task.details["height"],
            }
            for i in range(count)
        ]
        output: dict[str, Any] = {"images": images, "seed": task.body.get("seed", 4711)}
        if task.kind.startswith("flux-2/") or task.kind == "flux-2":
            output |= {"has_nsfw_concepts": [False] * count, "prompt": task.body["prompt"]}
            output["timings"] = {"inference": task.seconds}
        return {**output, **task.details.get("output", {})}

    def _link(self, task: Task, name: str) -> str:
        signature = _signature(f"{task.id}/{name}")
        return f"{self.files_url}/results/{task.id}/{name}?signature={signature}"

    def _inline(self, task: Task) -> str:
        return f"data:image/{_form(task)};base64,{base64.b64encode(self._bytes(task)).decode()}"

    def _bytes(self, task: Task) -> bytes:
        return self.picture(task, task.details["width"], task.details["height"], _form(task))

    def _logs(self, task: Task) -> list[dict[str, str]]:
        moment = "2026-11-20T12:00:00.000000"
        lines = task.details.get("logs", ["Loading", f"{self.progress(task):.0%}|steps"])
        return [
            {"message": line, "level": "INFO", "source": "USER", "timestamp": moment}
            for line in lines
        ]

    def _size(self, asked: Any, model: str) -> tuple[int, int]:
        if isinstance(asked, str):
            if asked not in PRESETS:
                raise Violation(f"image_size {asked!r} is no preset")
            return PRESETS[asked]
        least, most = SIDES[model]
        side = Field(int, required=True, least=least, most=most)
        found = problems(asked, {"width": side, "height": side})
        self._demand([f"image_size: {words}" for words in found])
        return asked["width"], asked["height"]

    def _megapixels(self, url: str) -> int:
        """Billed megapixels of a reference; a file of ours must have been uploaded."""
        if not url.startswith(self.files_url):
            if not url.startswith(("https://", "data:image/")):
                raise Violation(f"{url[:80]} is no address a reference can have")
            return 1
        number = url.removeprefix(f"{self.files_url}/stored/").partition("/")[0]
        if number not in self.uploads or not self.uploads[number].data:
            raise Violation(f"{url} was never uploaded")
        with Image.open(BytesIO(self.uploads[number].data)) as opened:
            return input_megapixels(*opened.size)

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


def _model(path: str) -> str:
    return path.removesuffix("/edit")


def _form(task: Task) -> str:
    default = "jpeg" if "flux-2-" in task.kind else "png"
    return str(task.body.get("output_format", default))


def _signature(text: str) -> str:
    return hashlib.sha256(f"twin/{text}".encode()).hexdigest()[:24]
