"""The JSON forms of what is stored: request, ticket, generation and the facts of a job.

One form serves the database and the sidecars. `x_data` gives plain JSON data, `x_of` reads it back
and raises `RowUnreadable`; a value that went out comes back equal.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flux_studio.core.generation import Generation
from flux_studio.core.job import (
    Accepted,
    JobEvent,
    Planned,
    Progressed,
    Queued,
    Ready,
    Reopened,
    Saved,
    Sending,
    SetAside,
    Settled,
    Stopped,
    Ticket,
    Waiting,
)
from flux_studio.core.look import HASH_BITS, Look, color_from
from flux_studio.core.request import Origin, Reference, Request
from flux_studio.core.size import Size
from flux_studio.storage.edit_rows import edit_data, edit_of
from flux_studio.storage.json_fields import (
    Fields,
    RowUnreadable,
    canonical,
    exact,
    knobs_data,
    parse_json,
    time_text,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
Data = dict[str, object]


def micros(at: datetime) -> int:
    """A time as the database keeps it: whole microseconds since 1970 UTC."""
    return (at - EPOCH) // _MICROSECOND


def moment(micros_since_1970: int) -> datetime:
    """The UTC time of `micros`. Raises RowUnreadable outside the years 1 to 9999."""
    try:
        return EPOCH + micros_since_1970 * _MICROSECOND
    except OverflowError as error:
        raise RowUnreadable("a time lies outside the years 1 to 9999") from error


def request_text(request: Request) -> str:
    """The request as canonical JSON: equal requests have equal texts."""
    return canonical(request_data(request))


def request_from(text: str) -> Request:
    return request_of(Fields(parse_json(text), "request"))


def request_data(request: Request) -> Data:
    return {
        "provider": request.provider,
        "model": request.model,
        "prompt": request.prompt,
        "size": _size_data(request.size),
        "output_format": request.output_format,
        "references": [reference_data(reference) for reference in request.references],
        "seed": request.seed,
        "safety": request.safety,
        "checker": request.checker,
        "knobs": knobs_data(request.knobs),
    }


def request_of(fields: Fields) -> Request:
    return Request(
        provider=fields.text("provider"),
        model=fields.text("model"),
        prompt=fields.text("prompt"),
        size=fields.size("size"),
        output_format=fields.text("output_format"),
        references=tuple(reference_of(item) for item in fields.tables("references")),
        seed=fields.seed("seed"),
        safety=fields.whole_or_none("safety"),
        checker=fields.flag_or_none("checker"),
        knobs=fields.knobs("knobs"),
    )


def reference_data(reference: Reference) -> Data:
    """An edit is left out where there is none, so that older texts of the same request equal it."""
    data: Data = {
        "sha256": reference.sha256,
        "mime": reference.mime,
        "size": _size_data(reference.size),
        "name": reference.name,
        "parent": reference.parent,
    }
    return data if reference.edit is None else {**data, "edit": edit_data(reference.edit)}


def reference_of(fields: Fields) -> Reference:
    return Reference(
        sha256=fields.text("sha256"),
        mime=fields.text("mime"),
        size=fields.size("size"),
        name=fields.text("name", ""),
        parent=fields.text_or_none("parent"),
        edit=edit_of(fields, "edit"),
    )


def origin_text(origin: Origin) -> str:
    """What is not said is left out: most requests have nothing to say here."""
    return canonical(origin_data(origin))


def origin_from(text: str) -> Origin:
    return origin_of(Fields(parse_json(text), "origin"))


def origin_data(origin: Origin) -> Data:
    data: Data = {
        "project": origin.project,
        "typed": origin.typed,
        "choices": [list(pair) for pair in origin.choices],
        "cell": [list(pair) for pair in origin.cell],
        "again_of": origin.again_of,
    }
    return {name: value for name, value in data.items() if value}


def origin_of(fields: Fields) -> Origin:
    return Origin(
        project=fields.text("project", ""),
        typed=fields.text("typed", ""),
        choices=fields.pairs("choices"),
        cell=fields.pairs("cell"),
        again_of=fields.text("again_of", ""),
    )


def ticket_text(ticket: Ticket) -> str:
    return canonical(ticket_data(ticket))


def ticket_from(text: str) -> Ticket:
    return ticket_of(Fields(parse_json(text), "ticket"))


def ticket_data(ticket: Ticket) -> Data:
    return {
        "task": ticket.task,
        "submitted": time_text(ticket.submitted),
        "urls": [list(pair) for pair in ticket.urls],
        "expires": ticket.expires and time_text(ticket.expires),
        "charged": exact(ticket.charged),
        "notes": [list(pair) for pair in ticket.notes],
        "request_id": ticket.request_id,
    }


def ticket_of(fields: Fields) -> Ticket:
    return Ticket(
        task=fields.text("task"),
        submitted=fields.time("submitted"),
        urls=fields.pairs("urls"),
        expires=fields.time_or_none("expires"),
        charged=fields.money("charged"),
        notes=fields.pairs("notes"),
        request_id=fields.text("request_id", ""),
    )


def generation_data(generation: Generation) -> Data:
    """Everything but the path: a sidecar stands beside its picture, wherever the library is moved
    to.
    """
    return {
        "id": generation.id,
        "job": generation.job,
        "request": request_data(generation.request),
        "sha256": generation.sha256,
        "mime": generation.mime,
        "size": _size_data(generation.size),
        "bytes": generation.bytes,
        "created": time_text(generation.created),
        "cost": {"estimate": exact(generation.price), "charged": exact(generation.charged)},
        "seed": generation.seed,
        "seconds": generation.seconds,
        "task": generation.task,
        "parent": generation.parent,
        "quality": [list(pair) for pair in generation.quality],
        "has_c2pa": generation.has_c2pa,
        "origin": origin_data(generation.origin),
        "marks": {"rating": generation.rating, "favourite": generation.favourite},
        "look": generation.look and look_data(generation.look),
    }


def generation_of(fields: Fields, path: str) -> Generation:
    """The generation of such data, its picture at `path` (relative to the library, with
    slashes).
    """
    cost, marks = fields.table("cost"), fields.table_or_none("marks") or Fields({})
    return Generation(
        id=fields.text("id"),
        job=fields.text("job"),
        request=request_of(fields.table("request")),
        path=path,
        sha256=fields.text("sha256"),
        mime=fields.text("mime"),
        size=fields.size("size"),
        bytes=fields.whole("bytes"),
        created=fields.time("created"),
        price=cost.money("estimate"),
        charged=cost.money("charged"),
        seed=fields.seed("seed"),
        seconds=fields.seconds("seconds"),
        task=fields.text("task", ""),
        parent=fields.text_or_none("parent"),
        quality=fields.pairs("quality"),
        has_c2pa=fields.flag("has_c2pa", False),
        rating=min(5, marks.whole_or_none("rating", 0) or 0),
        favourite=marks.flag("favourite", False),
        origin=origin_of(fields.table_or_none("origin") or Fields({})),
        look=look_of(fields.table_or_none("look") or Fields({})),
        rejected=marks.flag("rejected", False),
        verdict=marks.text("verdict", ""),
        label=marks.text("label", ""),
    )


def look_text(look: Look | None) -> str:
    """'{}' stands for a picture that was looked at in vain."""
    return canonical(look_data(look) if look else {})


def look_from(text: str) -> Look | None:
    return look_of(Fields(parse_json(text), "look"))


def look_data(look: Look) -> Data:
    return {"bits": f"{look.bits:016x}", "colors": [[c, str(share)] for c, share in look.colors]}


def look_of(fields: Fields) -> Look | None:
    """None where the data say nothing, or nothing that can be understood: it is measured again."""
    try:
        bits = int(fields.text("bits", ""), 16)
        pairs = fields.pairs("colors")
        colors = tuple((c, int(share)) for c, share in pairs if color_from(c) == c)
    except (ValueError, RowUnreadable):
        return None
    return Look(bits, colors) if 0 <= bits < 2**HASH_BITS else None


def event_kind(event: JobEvent) -> str:
    """The word of an event in the log of a job: 'planned', 'sending', 'accepted' …"""
    return type(event).__name__.lower()


def event_data(event: JobEvent) -> Data:
    """What an event says beyond its job and time, for the log that serves as evidence."""
    match event:
        case Planned(price=price, order=order):
            return {"price": exact(price), "order": order}
        case Sending(key=key):
            return {"key": key} if key else {}
        case Waiting() | Queued():
            return _queue_data(event)
        case Accepted(ticket=ticket):
            return {"ticket": ticket_data(ticket)}
        case Progressed(running=running, words=words):
            return {"running": running, "words": words}
        case Ready(charged=charged, expires=expires):
            return {"charged": exact(charged), "expires": expires and time_text(expires)}
        case Saved(generation=generation):
            return {"generation": generation.id, "sha256": generation.sha256}
        case Stopped(state=state, reason=reason, message=message, charged=charged):
            told = {"control": event.control, "request_id": event.request_id}
            return {
                "state": state.value,
                "reason": reason,
                "message": message,
                "charged": exact(charged),
                **{name: text for name, text in told.items() if text},
            }
        case Reopened() | Settled() | SetAside():
            return _rescue_data(event)


def _size_data(size: Size) -> Data:
    return {"width": size.width, "height": size.height}


def _queue_data(event: Waiting | Queued) -> Data:
    match event:
        case Waiting(until=until, message=message, reason=reason):
            why = {"reason": reason} if reason else {}
            return {"until": time_text(until), "message": message, **why}
        case Queued(rank=rank, held=held):
            return {"rank": rank, "held": held}


def _rescue_data(event: Reopened | Settled | SetAside) -> Data:
    match event:
        case Reopened():
            return {}
        case Settled(charged=charged, message=message):
            return {"charged": exact(charged), "message": message}
        case SetAside(aside=aside):
            return {"aside": aside}
