"""Black Forest Labs' twin: tasks of five models, results by region, credits.

`REQUESTS` and the reply shapes below are the published OpenAPI description as data: every request
is held against them, and so is every reply before it leaves. What the description leaves open (the
grid of 16, the megapixels, 24 active tasks) is from the provider's pages.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from io import BytesIO
from typing import Any

from PIL import Image

from tests.hosts.fields import Field, problems
from tests.hosts.server import HostServer, Rejection, Task, Violation, route
from tests.hosts.wire import Answer, Asked

MEGAPIXEL = 1024 * 1024  # pixels
GRID = 16  # px
MOST_OUT = 4 * MEGAPIXEL
MOST_TOGETHER = {"flux-2-pro": 9 * MEGAPIXEL}
ACTIVE = 24  # tasks at once
LINK_SECONDS = 600.0

# Request bodies. All fields but these two may also be null.
NEVER_NULL = ("prompt", "safety_tolerance")
COMMON = {
    "prompt": Field(str, required=True),
    "seed": Field(int),
    "width": Field(int, least=64),
    "height": Field(int, least=64),
    "safety_tolerance": Field(int, least=0, most=5),
    "output_format": Field(str, choices=("jpeg", "png", "webp")),
    "webhook_url": Field(str, least=1, most=2083),
    "webhook_secret": Field(str),
}


def images(count: int) -> dict[str, Field]:
    later = (f"input_image_{number}" for number in range(2, count + 1))
    return {name: Field(str, least=1) for name in ("input_image", *later)}


PRO = {**COMMON, **images(8), "disable_pup": Field(bool)}  # the switch is newer than the rest
FLEX = {
    **COMMON,
    **images(8),
    "input_image_blob_path": Field(str),
    "prompt_upsampling": Field(bool),
    "guidance": Field((int, float), least=1.5, most=10),
    "steps": Field(int, least=1, most=50),
}
KLEIN = {**COMMON, **images(4)}
REQUESTS = {
    "flux-2-pro": PRO,
    "flux-2-max": PRO,
    "flux-2-flex": FLEX,
    "flux-2-klein-4b": KLEIN,
    "flux-2-klein-9b": KLEIN,
}

# Replies.
NUMBER = Field((int, float))
ASYNC_RESPONSE = {
    "id": Field(str, required=True),
    "polling_url": Field(str, required=True),
    "cost": NUMBER,  # credits
    "input_mp": NUMBER,
    "output_mp": NUMBER,
}
STATUSES = (
    "Task not found", "Pending", "Request Moderated", "Content Moderated", "Ready", "Error",
)  # fmt: skip
RESULT_RESPONSE = {
    "id": Field(str, required=True),
    "status": Field(str, required=True, choices=STATUSES),
    "result": Field(dict),
    "progress": NUMBER,
    "details": Field(dict),
    "preview": Field(dict),
}
CREDITS_RESPONSE = {"credits": Field((int, float), required=True)}
VALIDATION_ERROR = {
    "loc": Field(list, required=True, item=Field((str, int))),
    "msg": Field(str, required=True),
    "type": Field(str, required=True),
}

# Cents: first megapixel of output, each further one, each of input.
PRICES = {
    "flux-2-pro": ("3", "1.5", "1.5"),
    "flux-2-max": ("7", "3", "3"),
    "flux-2-flex": ("5", "5", "5"),
    "flux-2-klein-4b": ("1.4", "0.1", "0.1"),
    "flux-2-klein-9b": ("1.5", "0.2", "0.2"),
}


class BflHost(HostServer):
    """`polling` makes the address that a submit returns; it stands below /us1, a region of its own.
    `everywhere` lets the global address find tasks of the region too.

    `wall` is the wall clock in seconds since 1970, `clock` the one of jobs and links; `told` says
    which facts beside the picture a result has. `waiting_word` replaces 'Pending' and leaves the
    published words. `previews` makes the early look at a task that runs. A task's `ending` is
    'done' or the status it ends with.
    """

    provider = "bfl"

    def __init__(self) -> None:
        super().__init__()
        self.polling: Callable[[Task], Any] = self.regional
        self.everywhere = True
        self.wall: Callable[[], float] = time.time
        self.link_seconds = LINK_SECONDS
        self.told: tuple[str, ...] = ("prompt", "seed", "start_time", "end_time", "duration")
        self.waiting_word = "Pending"
        self.tells_progress = True
        self.previews: Callable[[Task], Any] = lambda task: None

    def regional(self, task: Task) -> str:
        return f"{self.base_url}/us1/v1/get_result?id={task.id}"

    # Routes

    @route("POST", "/v1/{model}", "submit")
    def submit(self, asked: Asked, model: str) -> Answer:
        self.check_key(asked)
        if model not in REQUESTS:
            raise Rejection(404, "Not Found")
        body = self._body(asked, model)
        width, height = body.get("width", 1024), body.get("height", 1024)
        inputs = [_pixels(name, body[name]) for name in images(8) if name in body]
        self._check_area(model, width, height, inputs)
        if sum(self.progress(task) < 1 for task in self.tasks.values()) >= ACTIVE:
            raise Rejection(429, "Too many active tasks")
        cents = _cents(model, width * height, inputs)
        task = self.accept(
            body, cents / 100, kind=model, width=width, height=height, began=self.wall()
        )
        reply = {
            "id": task.id,
            "polling_url": self.polling(task),
            "cost": float(cents),
            "input_mp": round(sum(inputs) / MEGAPIXEL, 2),
            "output_mp": round(width * height / MEGAPIXEL, 2),
            **task.details.get("reply", {}),
        }
        return self._answer(reply, ASYNC_RESPONSE, scripted="reply" in task.details)

    @route("GET", "/us1/v1/get_result", "check")
    def check(self, asked: Asked) -> Answer:
        return self._result(asked, known=True)

    @route("GET", "/v1/get_result", "check_global")
    def check_global(self, asked: Asked) -> Answer:
        return self._result(asked, known=self.everywhere)

    @route("GET", "/v1/credits", "credits")
    def left(self, asked: Asked) -> Answer:
        self.check_key(asked)
        return self._answer({"credits": float(self.balance * 100)}, CREDITS_RESPONSE)

    @route("GET", "/results/{number}/{name}", "result", origin="files")
    def result(self, asked: Asked, number: str, name: str) -> Answer:
        expires = asked.query.get("se", "0")
        if asked.query.get("sig") != _signature(f"{number}/{name}/{expires}"):
            raise Violation("the address was changed", 403)
        if float(expires) < self.clock():
            words = b"<Error><Code>AuthenticationFailed</Code></Error>"
            return Answer(403, body=words, headers={"content-type": "application/xml"})
        task = self.tasks[number]
        form = _form(task)
        data = self.picture(task, task.details["width"], task.details["height"], form)
        return Answer(200, body=data, headers={"content-type": f"image/{form}"})

    # Checks and shapes

    def check_key(self, asked: Asked) -> None:
        if asked.headers.get("x-key") != self.key:
            raise Rejection(403, "Not authenticated - Invalid Authentication")
        if "authorization" in asked.headers:
            raise Violation("a second key header", 400)

    def error(self, status: int, message: str, code: str) -> Answer:
        """Text, and one entry a field for a 422; `code` is the field then. 429 has a shape of its
        own.
        """
        if status == 429:
            return Answer(429, json={"error": "rate_limit_exceeded", "message": message})
        if status != 422:
            return Answer(status, json={"detail": message})
        entry = {"loc": ["body", code or "prompt"], "msg": message, "type": "value_error"}
        assert problems(entry, VALIDATION_ERROR) == []
        return Answer(422, json={"detail": [entry]})

    def _body(self, asked: Asked, model: str) -> dict[str, Any]:
        if asked.headers.get("content-type") != "application/json":
            raise Violation("the content type is not application/json", 400)
        body: dict[str, Any]
        try:
            body = asked.json
        except ValueError:
            raise Violation("the body is not JSON", 400) from None
        if isinstance(body, dict):
            body = {n: v for n, v in body.items() if v is not None or n in NEVER_NULL}
        if found := problems(body, REQUESTS[model]):
            raise Violation("; ".join(found))
        given = [name in body for name in images(8)]
        if given != sorted(given, reverse=True):
            raise Violation("the input images have a gap")
        return body

    def _check_area(self, model: str, width: int, height: int, inputs: list[int]) -> None:
        if width % GRID or height % GRID:
            raise Violation(f"{width}x{height} is off the grid of {GRID}")
        if width * height > MOST_OUT:
            raise Violation(f"{width}x{height} is above 4 megapixels")
        if width * height + sum(inputs) > MOST_TOGETHER.get(model, 10**9):
            raise Violation("inputs and output are above 9 megapixels")

    def _result(self, asked: Asked, *, known: bool) -> Answer:
        # The description asks for no key here; one that is sent has to be right.
        if "x-key" in asked.headers:
            self.check_key(asked)
        if set(asked.query) != {"id"}:
            raise Violation(f"the query is {asked.query}")
        number = asked.query["id"]
        task = self.tasks.get(number) if known else None
        if task is None:
            return self._answer({"id": number, "status": "Task not found"}, RESULT_RESPONSE, 404)
        return self._answer(
            self._told(task), RESULT_RESPONSE,
            scripted="status" in task.details or self.waiting_word != "Pending",
        )  # fmt: skip

    def _told(self, task: Task) -> dict[str, Any]:
        done = self.progress(task)
        ended = "Ready" if task.ending == "done" else task.ending
        status = task.details.get("status", ended) if done >= 1 else self.waiting_word
        ready = done >= 1 and task.ending == "done"
        return {
            "id": task.id,
            "status": status,
            "result": self._facts(task) if ready else None,
            "progress": (1.0 if done >= 1 else round(done, 3)) if self.tells_progress else None,
            "details": task.details.get("why"),
            "preview": None if done >= 1 else self.previews(task),
        }

    def _facts(self, task: Task) -> dict[str, Any]:
        began = task.details["began"]
        facts = {
            "prompt": task.body["prompt"],
            "seed": task.body.get("seed", 4711),
            "start_time": began,
            "end_time": began + task.seconds,
            "duration": task.seconds,
        }
        told = {name: facts[name] for name in self.told}
        return {"sample": self._link(task), **told, **task.details.get("result", {})}

    def _link(self, task: Task) -> str:
        name = f"sample.{_form(task)}"
        expires = str(round(task.created + task.seconds + self.link_seconds, 3))
        signature = _signature(f"{task.id}/{name}/{expires}")
        return f"{self.files_url}/results/{task.id}/{name}?se={expires}&sig={signature}"

    def _answer(
        self, reply: dict[str, Any], shape: Mapping[str, Field], status: int = 200,
        *, scripted: bool = False,
    ) -> Answer:  # fmt: skip
        """A reply that keeps to its published shape, unless a test has scripted it."""
        given = {name: value for name, value in reply.items() if value is not None}
        found = problems(given, shape)
        assert scripted or not found, found
        date = format_datetime(datetime.fromtimestamp(self.wall(), UTC), usegmt=True)
        return Answer(status, json=reply, headers={"date": date})


def _pixels(name: str, text: str) -> int:
    """The pixels of an input: base64 of a picture, or an address, which counts as one megapixel."""
    if text.startswith("https://"):
        return MEGAPIXEL
    try:
        with Image.open(BytesIO(base64.b64decode(text, validate=True))) as picture:
            picture.load()
            return picture.width * picture.height
    except (ValueError, OSError):
        raise Violation(f"{name} is neither an address nor a picture in base64") from None


def _cents(model: str, output: int, inputs: list[int]) -> Decimal:
    first, further, each = map(Decimal, PRICES[model])
    return first + further * (_whole(output) - 1) + each * sum(map(_whole, inputs))


def _whole(pixels: int) -> int:
    return max(1, -(-pixels // MEGAPIXEL))


def _form(task: Task) -> str:
    return str(task.body.get("output_format", "jpeg"))


def _signature(text: str) -> str:
    return hashlib.sha256(f"twin/{text}".encode()).hexdigest()[:24]
