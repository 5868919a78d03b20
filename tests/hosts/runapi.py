"""RunAPI's twin: text and remix tasks, idempotency keys, uploads in three steps, prices, quotes,
account.

The protocol is the one of the publisher's own Python package, which drives this twin in
`tests/providers/test_runapi_sdk.py`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.hosts.fields import Field, problems
from tests.hosts.runapi_prices import (
    GENERATIONS,
    PRICES,
    RATIOS,
    SUFFIXES,
    now,
    pixels,
    quote_row,
    schedule_rows,
)
from tests.hosts.server import HostServer, Rejection, Task, Violation, route
from tests.hosts.wire import Answer, Asked

FILE_LIMIT = 30 * 2**20


@dataclass
class Upload:
    name: str
    size: int
    checksum: str
    data: bytes | None = None
    confirmed: bool = False


class RunApiHost(HostServer):
    """`names` says which generation of the edit names it knows: 'newer', 'older' or 'both'.

    `unknown_is` 'route' or 'model' says what a 404 for the other generation is about. `bare_accept`
    'location' or 'header' leaves the id out of the body of a create answer. `waiting_word` replaces
    'processing'. `link_seconds` is how long a result's address lives; `form` the format of the
    pictures.
    """

    provider = "runapi"

    def __init__(self) -> None:
        super().__init__()
        self.names = "newer"
        self.unknown_is = "route"
        self.bare_accept = ""
        self.waiting_word = "processing"
        self.link_seconds = 600.0
        self.form = "png"
        self.uploads: dict[str, Upload] = {}
        self._by_intent: dict[str, tuple[str, str]] = {}

    # Tasks

    @route("POST", "/api/v1/flux_2/{action}", "submit")
    def submit(self, asked: Asked, action: str) -> Answer:
        self.check_key(asked)
        known = GENERATIONS[self.names]
        if action not in SUFFIXES:
            raise Violation(f"there is no action {action}", 404)
        if action not in known and self.unknown_is == "route":
            raise Rejection(404, "There is nothing at this address.", "not_found")
        body = self._json(asked)
        intent = self._header(asked, "idempotency-key")
        self._header(asked, "x-client-request-id")
        if intent in self._by_intent:
            number, before = self._by_intent[intent]
            if before != _digest(asked):
                raise Rejection(409, "This key was used with another input.", "conflict")
            return self._created(self.tasks[number], asked)
        tier = self._model(body, action, known)
        self._check_fields(body, action, tier)
        price = PRICES[(tier, body.get("output_resolution", "1k"))]
        task = self.accept(body, price, intent=intent, kind=action)
        if intent:
            self._by_intent[intent] = (task.id, _digest(asked))
        return self._created(task, asked)

    @route("GET", "/api/v1/flux_2/{action}/{number}", "check")
    def check(self, asked: Asked, action: str, number: str) -> Answer:
        self.check_key(asked)
        task = self.task(number)
        if task.kind != action:
            raise Rejection(404, "There is no such task here.", "not_found")
        return Answer(200, json=self._shown(task), headers=self._heads(asked, task))

    @route("GET", "/api/v1/tasks/{number}", "task")
    def task_result(self, asked: Asked, number: str) -> Answer:
        self.check_key(asked)
        task = self.task(number)
        shown = self._shown(task)
        body: dict[str, Any] = {"id": task.id, "status": shown["status"]}
        if shown["status"] in ("completed", "failed"):
            body["error"] = shown.get("error")
            body["response"] = {
                "status": 200 if shown["status"] == "completed" else 422,
                "content_type": "application/json",
                "headers": {},
                "body": shown,
            }
        return Answer(200, json=body, headers=self._heads(asked, task))

    @route("GET", "/results/{number}/{name}", "result", origin="files")
    def result(self, asked: Asked, number: str, name: str) -> Answer:
        expires = asked.query.get("expires", "0")
        if asked.query.get("signature") != _signature(f"{number}/{name}/{expires}"):
            raise Violation("the address was changed", 403)
        if float(expires) < self.clock():
            return Answer(403, body=b"<Error>expired</Error>", headers={"content-type": "text/xml"})
        task = self.tasks[number]
        width, height = pixels(
            task.body.get("aspect_ratio", "1:1").replace("auto", "1:1"),
            task.body.get("output_resolution", "1k"),
        )
        data = self.picture(task, width, height, self.form)
        return Answer(200, body=data, headers={"content-type": f"image/{self.form}"})

    # Files

    @route("POST", "/api/v1/files/prepare", "prepare")
    def prepare(self, asked: Asked) -> Answer:
        self.check_key(asked)
        fields = {
            "filename": Field(str, required=True, least=1, most=255),
            "byte_size": Field(int, required=True, least=1, most=FILE_LIMIT),
            "checksum": Field(str, required=True, least=24, most=24),
        }
        body = self._json(asked)
        self._demand(problems(body, fields))
        number = f"signed-{len(self.uploads) + 1:04d}"
        self.uploads[number] = Upload(body["filename"], body["byte_size"], body["checksum"])
        url = f"{self.files_url}/uploads/{number}?signature={_signature(number)}"
        headers = {"Content-Type": "application/octet-stream", "Content-MD5": body["checksum"]}
        return Answer(200, json={"signed_id": number, "upload_url": url, "headers": headers})

    @route("PUT", "/uploads/{number}", "put", origin="files")
    def put(self, asked: Asked, number: str) -> Answer:
        upload = self.uploads.get(number)
        if upload is None or asked.query.get("signature") != _signature(number):
            raise Violation("the upload address was changed", 403)
        if upload.data is not None:
            raise Rejection(403, "This address was used already.")
        if asked.headers.get("content-md5") != upload.checksum:
            raise Violation("the headers of prepare were not sent", 400)
        if asked.headers.get("content-type") != "application/octet-stream":
            raise Violation("the content type of prepare was not sent", 400)
        if len(asked.body) != upload.size or _md5(asked.body) != upload.checksum:
            raise Violation("the bytes are not those that were announced", 400)
        upload.data = asked.body
        return Answer(204)

    @route("POST", "/api/v1/files/confirm", "confirm")
    def confirm(self, asked: Asked) -> Answer:
        self.check_key(asked)
        body = self._json(asked)
        self._demand(problems(body, {"signed_id": Field(str, required=True)}))
        upload = self.uploads.get(body["signed_id"])
        if upload is None or upload.data is None:
            raise Violation("nothing was uploaded under this signed_id")
        upload.confirmed = True
        return Answer(200, json=self._file(body["signed_id"], upload))

    @route("POST", "/api/v1/files", "file")
    def file(self, asked: Asked) -> Answer:
        self.check_key(asked)
        body = self._json(asked)
        fields = {"source": Field(dict, required=True), "file_name": Field(str)}
        self._demand(problems(body, fields))
        source = body["source"]
        if source.get("type") not in ("url", "base64"):
            raise Violation("source.type is url or base64")
        data = b"" if source["type"] == "url" else base64.b64decode(source["data"])
        number = f"signed-{len(self.uploads) + 1:04d}"
        upload = Upload(body.get("file_name", "file"), len(data), _md5(data), data, True)
        self.uploads[number] = upload
        return Answer(200, json=self._file(number, upload))

    def _file(self, number: str, upload: Upload) -> dict[str, Any]:
        now = datetime.now(UTC)
        return {
            "file_name": upload.name,
            "url": f"{self.files_url}/files/{number}/{upload.name}",
            "size_bytes": upload.size,
            "mime_type": "image/png",
            "created_at": now.isoformat(),
            "expires_at": (now + timedelta(hours=1)).isoformat(),
        }

    # Money

    @route("GET", "/api/v1/me", "me")
    def me(self, asked: Asked) -> Answer:
        self.check_key(asked)
        account = {"id": 7, "name": "Twin studio"}
        person = {"id": 3, "name": "Twin", "email": "twin@example.invalid", "account": account}
        return Answer(200, json=person)

    @route("GET", "/api/v1/me/balance", "balance")
    def left(self, asked: Asked) -> Answer:
        self.check_key(asked)
        spent = int(sum((c.usd for c in self.ledger), Decimal()) * 100)
        cents = int(self.balance * 100)
        return Answer(
            200,
            json={
                "balance_cents": cents,
                "paid_balance_cents": cents,
                "bonus_balance_cents": 0,
                "spent_cents_today": spent,
                "spent_cents_total": spent,
            },
        )

    @route("GET", "/api/v1/price_schedules", "schedules")
    def schedules(self, asked: Asked) -> Answer:
        if asked.query.get("service", "flux_2") != "flux_2":
            return Answer(200, json={"as_of": now(), "price_schedules": []})
        rows = schedule_rows(self.names)
        wanted = {k: v for k, v in asked.query.items() if k in ("action", "model")}
        rows = [row for row in rows if all(row[k] == v for k, v in wanted.items())]
        tag = f'"{_signature(json.dumps(rows))}"'
        if asked.headers.get("if-none-match") == tag:
            return Answer(304, headers={"etag": tag})
        return Answer(200, json={"as_of": now(), "price_schedules": rows}, headers={"etag": tag})

    @route("POST", "/api/v1/price_quotes", "quote")
    def quote(self, asked: Asked) -> Answer:
        body = self._json(asked)
        fields = {
            "service": Field(str, required=True, choices=("flux_2",)),
            "action": Field(str, required=True, choices=tuple(GENERATIONS[self.names])),
            "model": Field(str, required=True),
            "params": Field(dict),
        }
        self._demand(problems(body, fields))
        tier = self._model(body, body["action"], GENERATIONS[self.names])
        price = PRICES[(tier, body.get("params", {}).get("output_resolution", "1k"))]
        return Answer(200, json={"price_quote": quote_row(body, price)})

    # Checks and shapes

    def _model(self, body: dict[str, Any], action: str, known: set[str]) -> str:
        model = body.get("model")
        suffix = SUFFIXES[action]
        tier = str(model).removeprefix("flux-2-").removesuffix(suffix)
        if action not in known:
            raise Rejection(404, f"There is no model {model}.", "model_not_found")
        if model != f"flux-2-{tier}{suffix}" or tier not in ("pro", "flex", "max"):
            raise Violation(f"{model!r} is no model of {action}")
        return tier

    def _check_fields(self, body: dict[str, Any], action: str, tier: str) -> None:
        remix, top = action != "text_to_image", tier == "max"
        ratios = (*RATIOS, "auto") if remix and not top else RATIOS
        fields = {
            "model": Field(str, required=True),
            "prompt": Field(str, required=True, least=3, most=5000),
            "aspect_ratio": Field(str, required=top, choices=ratios),
            "output_resolution": Field(str, choices=("1k",) if top else ("1k", "2k")),
            "callback_url": Field(str),
        }
        if top:
            fields["output_count"] = Field(int, choices=(1,))
        else:
            fields["enable_safety_checker"] = Field(bool)
        if remix:
            most = 1 if top else 8
            item = Field(str, least=8)
            fields["source_image_urls"] = Field(list, required=True, least=1, most=most, item=item)
        self._demand(problems(body, fields))
        for url in body.get("source_image_urls", []):
            self._check_source(url)

    def _check_source(self, url: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise Violation(f"{url[:80]} is not a public address")
        if url.startswith(self.files_url):
            number = url.removeprefix(f"{self.files_url}/files/").partition("/")[0]
            if number not in self.uploads or not self.uploads[number].confirmed:
                raise Violation(f"{url} was never confirmed")

    def _created(self, task: Task, asked: Asked) -> Answer:
        headers = self._heads(asked, task)
        if self.bare_accept == "location":
            del headers["X-RunAPI-Task-Id"]
            headers["Location"] = f"/api/v1/tasks/{task.id}"
            return Answer(202, json={"status": "pending"}, headers=headers)
        if self.bare_accept == "header":
            return Answer(202, json={"status": "pending"}, headers=headers)
        return Answer(200, json={"id": task.id, "status": "pending"}, headers=headers)

    def _heads(self, asked: Asked, task: Task) -> dict[str, str]:
        headers = {"X-RunAPI-Task-Id": task.id, "x-request-id": f"req-{len(self.requests):05d}"}
        if "x-client-request-id" in asked.headers:
            headers["X-Client-Request-Id"] = asked.headers["x-client-request-id"]
        return headers

    def _shown(self, task: Task) -> dict[str, Any]:
        done = self.progress(task)
        if done < 0.2:
            return {"id": task.id, "status": "pending"}
        if done < 1:
            return {"id": task.id, "status": self.waiting_word}
        if task.ending != "done":
            message = task.details.get("message", "The model could not finish.")
            return {"id": task.id, "status": "failed", "error": message}
        count = task.details.get("images", 1)
        images = [{"url": self._link(task, index)} for index in range(count)]
        usage = {"cost": float(task.usd), "generated_images": count}
        return {"id": task.id, "status": "completed", "images": images, "usage": usage}

    def _link(self, task: Task, index: int) -> str:
        name, expires = f"{index}.{self.form}", str(round(self.clock() + self.link_seconds, 3))
        signature = _signature(f"{task.id}/{name}/{expires}")
        return f"{self.files_url}/results/{task.id}/{name}?expires={expires}&signature={signature}"

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

    def _header(self, asked: Asked, name: str) -> str:
        value = asked.headers.get(name, "")
        if len(value) > 512 or not value.isascii() or (value and not value.isprintable()):
            raise Violation(f"{name} is not printable ASCII of at most 512 characters", 400)
        return value

    def _demand(self, found: list[str]) -> None:
        if found:
            raise Violation("; ".join(found))


def _digest(asked: Asked) -> str:
    """What makes two inputs the same: the route and the body, whatever the order of its fields."""
    body = json.dumps(asked.json, sort_keys=True)
    return hashlib.sha256(f"{asked.path}\n{body}".encode()).hexdigest()


def _signature(text: str) -> str:
    return hashlib.sha256(f"twin/{text}".encode()).hexdigest()[:24]


def _md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data).digest()).decode()
