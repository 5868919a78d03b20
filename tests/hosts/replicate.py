"""Replicate's twin: predictions of five models, cancelling, files, the account.

The protocol is that of the publisher's Python package (which drives it in a test) and of the
provider's OpenAPI description. Results lie at another origin, which must never see a key.

A submit that prefers to wait is not held back here: what it would have waited for passes at once
for that prediction, so that no test has to.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from PIL import Image

from tests.hosts.fields import problems
from tests.hosts.records import Rejection, Task, Violation
from tests.hosts.replicate_fields import (
    DEFAULT_FORMAT,
    FIELDS,
    GRID,
    LISTED_OUTPUT,
    PRICES,
    REFERENCES,
    RESOLUTIONS,
    input_megapixels,
    pixels,
    whole_megapixels,
)
from tests.hosts.server import HostServer, route
from tests.hosts.wire import Answer, Asked

STARTING = 0.2  # the share of a prediction's time before it runs
FORMS = {"jpg": "jpeg"}
DAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # when the twin's clock is at nought
FORGOTTEN = 3600.0  # seconds after its end that a prediction keeps its data
TITLES = {
    401: "Unauthenticated",
    402: "Insufficient credit",
    404: "Not found",
    422: "Input validation failed",
    429: "Too many requests",
}


@dataclass
class Stored:
    name: str
    mime: str
    data: bytes


class ReplicateHost(HostServer):
    """`address_base` replaces where the returned addresses lead. `hasty`: a submit that waited
    hands over a finished output with the word "processing". `inline` puts pictures into the
    replies. A prediction that runs is stopped by a cancel unless it is `stubborn`.
    """

    provider = "replicate"

    def __init__(self) -> None:
        super().__init__()
        self.address_base = ""
        self.hasty = False
        self.inline = False
        self.stubborn = False
        self.files: dict[str, Stored] = {}

    # Predictions

    @route("POST", "/v1/models/{owner}/{model}/predictions", "submit")
    def submit(self, asked: Asked, owner: str, model: str) -> Answer:
        self.check_key(asked)
        if owner != "black-forest-labs" or model not in FIELDS:
            raise Rejection(404, "The requested resource could not be found.")
        if asked.query:
            raise Violation(f"unknown query {asked.query}")
        body, wait = self._json(asked), _wait(asked.headers.get("prefer"))
        if set(body) - {"input", "webhook", "webhook_events_filter", "stream"}:
            raise Violation(f"unknown field {sorted(body)}")
        given = body.get("input")
        found = problems(given, FIELDS[model])
        if found:
            raise Violation("\n".join(f"- input.{words}" for words in found))
        width, height = self._size(given, model)
        name, _ = REFERENCES[model]
        references = sum(self._megapixels(url) for url in given.get(name, []))
        run, output, reference = PRICES[model]
        usd = run + output * whole_megapixels(width, height) + reference * references
        task = self.accept(body, usd, kind=model, width=width, height=height)
        task.details["began"] = self.clock()
        task.created -= min(wait, task.seconds)
        finished = self.progress(task) >= 1
        shown = self._prediction(task)
        if wait and finished and self.hasty and task.ending == "done":
            shown |= {"status": "processing", "completed_at": None, "metrics": {}}
        return Answer(201 if finished or not wait else 202, json=shown)

    @route("GET", "/v1/predictions/{number}", "check")
    def check(self, asked: Asked, number: str) -> Answer:
        return Answer(200, json=self._prediction(self._named(asked, number)))

    @route("GET", "/v1/predictions", "list")
    def predictions(self, asked: Asked) -> Answer:
        self.check_key(asked)
        query = asked.query
        if set(query) - {"created_after", "created_before", "cursor"}:
            raise Violation(f"unknown query {query}")
        least, most = (_moment(query.get(f"created_{side}")) for side in ("after", "before"))
        inside = [
            task for task in self.tasks.values()
            if (not least or task.made >= least) and (not most or task.made < most)
        ]  # fmt: skip
        found, after = self.page(inside, query.get("cursor", ""), 100)
        root = f"{self.address_base or self.base_url}/v1/predictions"
        after = after and f"{root}?{urlencode({**query, 'cursor': after})}"
        shown = [self._prediction(t) | {"created_at": t.made.isoformat()} for t in found]
        return Answer(200, json={"next": after, "previous": None, "results": shown})

    @route("POST", "/v1/predictions/{number}/cancel", "cancel")
    def cancel(self, asked: Asked, number: str) -> Answer:
        task = self._named(asked, number)
        done = self.progress(task)
        if done < STARTING or (done < 1 and not self.stubborn):
            self._stop(task, done)
        return Answer(200, json=self._prediction(task))

    @route("GET", "/results/{number}/{name}", "result", origin="files")
    def result(self, asked: Asked, number: str, name: str) -> Answer:
        task = self.tasks.get(number)
        if task is None or name != _file_name(task):
            raise Violation("the address was changed", 403)
        if self._is_forgotten(task):
            return Answer(404, body=b"gone")
        kind = {"content-type": f"image/{_form(task)}"}
        return Answer(200, body=self._bytes(task), headers=kind)

    # Files and the account

    @route("POST", "/v1/files", "upload")
    def upload(self, asked: Asked) -> Answer:
        self.check_key(asked)
        form = asked.form
        if "content" not in form or set(form) - {"content", "filename", "type", "metadata"}:
            raise Violation(f"the form has the parts {sorted(form)}", 400)
        content = form["content"]
        data, name = content.get_payload(decode=True), content.get_filename()
        if not isinstance(data, bytes) or not data or not name or len(name.encode()) > 255:
            raise Violation("the content is no named file", 400)
        number = f"file-{len(self.files) + 1:04d}"
        self.files[number] = Stored(name, content.get_content_type(), data)
        return Answer(201, json=self._file(number))

    @route("GET", "/v1/files/{number}", "file")
    def file(self, asked: Asked, number: str) -> Answer:
        self.check_key(asked)
        if number not in self.files:
            raise Rejection(404, "File not found")
        return Answer(200, json=self._file(number))

    @route("DELETE", "/v1/files/{number}", "delete")
    def delete(self, asked: Asked, number: str) -> Answer:
        self.check_key(asked)
        if self.files.pop(number, None) is None:
            raise Rejection(404, "File not found")
        return Answer(204)

    @route("GET", "/v1/account", "account")
    def account(self, asked: Asked) -> Answer:
        self.check_key(asked)
        url = "https://github.com/twin"
        facts = {"type": "organization", "username": "twin", "name": "Twin studio"}
        return Answer(200, json={**facts, "github_url": url})

    # Checks and shapes

    def error(self, status: int, message: str, code: str) -> Answer:
        """A problem object."""
        title = TITLES.get(status, "Error")
        body = {"title": title, "detail": message, "status": status}
        if code:
            body["type"] = f"https://replicate.com/problems/{code}"
        return Answer(status, json=body, headers={"content-type": "application/problem+json"})

    def _named(self, asked: Asked, number: str) -> Task:
        self.check_key(asked)
        if asked.query:
            raise Violation(f"unknown query {asked.query}")
        return self.task(number)

    def _stop(self, task: Task, done: float) -> None:
        """A prediction that was stopped costs nothing here."""
        if task.ending == "done":
            self.balance += task.usd
            self.ledger = [charge for charge in self.ledger if charge.task != task.id]
        task.details["stopped"] = done
        task.ending, task.seconds = "canceled", 0.0

    def _prediction(self, task: Task) -> dict[str, Any]:
        done, details = self.progress(task), task.details
        started = "stopped" not in details or details["stopped"] >= STARTING
        shown: dict[str, Any] = {
            "id": task.id,
            "model": f"black-forest-labs/{task.kind}",
            "version": "hidden",
            "input": task.body["input"],
            "output": None,
            "logs": "",
            "error": None,
            "status": "starting",
            "source": "api",
            "data_removed": False,
            "created_at": self._time(details["began"]),
            "started_at": None,
            "completed_at": None,
            "metrics": {},
            "urls": self._urls(task),
        }
        if done >= STARTING and task.ending != "aborted" and started:
            shown["status"] = details.get("waiting_word", "processing")
            shown["started_at"] = self._time(details["began"] + STARTING * task.seconds)
            percent = min(100, int(done * 100))
            shown["logs"] = details.get("logs", f"Using seed: 7\n{percent:3d}%|##  | 9/28 [00:01]")
        if done >= 1:
            shown |= self._ended(task)
        return {**shown, **details.get("prediction", {})}

    def _ended(self, task: Task) -> dict[str, Any]:
        ended: dict[str, Any] = {
            "status": {"done": "succeeded"}.get(task.ending, task.ending),
            "completed_at": self._time(task.created + task.seconds),
            "metrics": {"predict_time": task.seconds, "total_time": task.seconds},
        }
        if task.ending == "failed":
            ended["error"] = task.details.get("error", "Prediction failed")
        if task.ending == "done":
            address = self._inline(task) if self.inline else self._link(task)
            ended["output"] = [address] if task.kind in LISTED_OUTPUT else address
        if self._is_forgotten(task):
            ended |= {"output": None, "input": {}, "logs": None, "data_removed": True}
        return ended

    def _is_forgotten(self, task: Task) -> bool:
        return self.clock() - (task.created + task.seconds) >= FORGOTTEN

    def _time(self, clock: float) -> str:
        return (DAY + timedelta(seconds=clock)).isoformat().replace("+00:00", "Z")

    def _urls(self, task: Task) -> dict[str, str]:
        root = f"{self.address_base or self.base_url}/v1/predictions/{task.id}"
        return {
            "get": root,
            "cancel": f"{root}/cancel",
            "web": f"https://replicate.com/p/{task.id}",
            "stream": f"https://stream.replicate.com/v1/files/{task.id}",
        }

    def _file(self, number: str) -> dict[str, Any]:
        stored = self.files[number]
        return {
            "id": number,
            "name": stored.name,
            "content_type": stored.mime,
            "size": len(stored.data),
            "etag": number,
            "checksums": {"sha256": hashlib.sha256(stored.data).hexdigest()},
            "metadata": {},
            "created_at": self._time(0),
            "expires_at": self._time(86_400),
            "urls": {"get": f"{self.base_url}/v1/files/{number}"},
        }

    def _size(self, given: dict[str, Any], model: str) -> tuple[int, int]:
        """The size in px of what was asked; words that have no effect together are violations."""
        ratio, grid = given.get("aspect_ratio", "1:1"), GRID.get(model, 16)
        sides = [given[name] for name in ("width", "height") if name in given]
        if ratio == "custom":
            if len(sides) != 2 or any(side % grid for side in sides):
                raise Violation(f"custom needs a width and a height in steps of {grid}: {sides}")
            if "resolution" in given:
                raise Violation("a resolution is not used with custom")
            return sides[0], sides[1]
        if sides:
            raise Violation("width and height are only used with custom")
        if ratio == "match_input_image" or given.get("resolution") == "match_input_image":
            return 1024, 1024
        megapixels = RESOLUTIONS[given.get("resolution", "1 MP")]
        return pixels(ratio, float(given.get("output_megapixels", megapixels)), grid)

    def _megapixels(self, url: str) -> int:
        """Billed megapixels of a reference; a file of ours must have been uploaded."""
        if not url.startswith(self.base_url):
            if not url.startswith(("https://", "data:image/")):
                raise Violation(f"{url[:80]} is no address a reference can have")
            return 1
        stored = self.files.get(url.removeprefix(f"{self.base_url}/v1/files/"))
        if stored is None:
            raise Violation(f"{url} was never uploaded")
        with Image.open(BytesIO(stored.data)) as opened:
            return input_megapixels(*opened.size)

    def _link(self, task: Task) -> str:
        return f"{self.files_url}/results/{task.id}/{_file_name(task)}"

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


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Violation(f"{text!r} is no date-time") from None


def _wait(prefer: str | None) -> float:
    """The seconds a submit wants to wait, 0 for none."""
    if prefer is None:
        return 0.0
    found = re.fullmatch(r"wait(?:=(\d+))?", prefer)
    seconds = int(found[1] or 60) if found else 0
    if not 1 <= seconds <= 60:
        raise Violation(f"prefer is {prefer!r}", 400)
    return float(seconds)


def _word(task: Task) -> str:
    default = DEFAULT_FORMAT.get(task.kind, "webp")
    return str(task.body["input"].get("output_format", default))


def _form(task: Task) -> str:
    return FORMS.get(_word(task), _word(task))


def _file_name(task: Task) -> str:
    return f"out-{hashlib.sha256(task.id.encode()).hexdigest()[:12]}.{_word(task)}"
