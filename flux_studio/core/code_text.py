"""One HTTP call as text that can be run: for a shell with curl, and in Python with httpx.

The key is never in it: both read it from an environment variable. References stand as `@reference1`
and so on, with a comment that says what to put in their place.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

TIMEOUT = 120  # seconds, as the studio waits for the answer to a submit
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class SpelledCall:
    """One call with a JSON body.

    `headers` are all but the key's, which is `key_header` with `key_scheme` before the key ('' for
    a bare key) from the environment variable `variable` ('' where no key is needed). `references`
    are the names of the pictures that the placeholders stand for, in order; with `inline` each
    stands in the body as base64, else as an address.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: Mapping[str, object]
    key_header: str = ""
    key_scheme: str = ""
    variable: str = ""
    references: tuple[str, ...] = ()
    inline: bool = False


def placeholder(number: int) -> str:
    """What stands in a body for the reference of a number, from 1."""
    return f"@reference{number}"


def fields_of(call: SpelledCall) -> list[tuple[str, str]]:
    """The body as (path, value) lines for reading: 'input.image_size.width', '1024'."""
    return _flat("", call.body)


def as_curl(call: SpelledCall) -> str:
    """A command for sh, bash and zsh."""
    lines = [f"curl --fail-with-body -X {call.method} {shlex.quote(call.url)}"]
    if call.variable:
        # Double quotes, so that the shell puts the key in: header and scheme are words of ours.
        lines.append(f'-H "{call.key_header}: {_scheme(call)}${call.variable}"')
    lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in _all_headers(call)]
    lines.append(f"--data-raw {shlex.quote(json.dumps(call.body, ensure_ascii=False, indent=2))}")
    comments = [f"# {line}" for line in _comments(call)]
    return "\n".join([*comments, " \\\n  ".join(lines), ""])


def as_python(call: SpelledCall) -> str:
    """A script for Python 3 with httpx."""
    comments = [f"# {line}" for line in _comments(call)]
    headers = [f"{name!r}: {value!r}" for name, value in call.headers]
    imports = ["import httpx"]
    if call.variable:
        key = f"os.environ[{call.variable!r}]"
        value = f"{_scheme(call)!r} + {key}" if call.key_scheme else key
        headers.insert(0, f"{call.key_header!r}: {value}")
        imports = ["import os", "", *imports]
    lines = [
        *comments,
        *imports,
        "",
        "reply = httpx.request(",
        f"{_INDENT}{call.method!r},",
        f"{_INDENT}{call.url!r},",
        f"{_INDENT}headers={{",
        *(f"{_INDENT * 2}{header}," for header in headers),
        f"{_INDENT}}},",
        f"{_INDENT}json={_literal(call.body, 1)},",
        f"{_INDENT}timeout={TIMEOUT},",
        ")",
        "reply.raise_for_status()",
        "print(reply.json())",
        "",
    ]
    return "\n".join(lines)


def _comments(call: SpelledCall) -> list[str]:
    """What has to be there before it runs."""
    lines = [f"The key is read from the variable {call.variable}."] if call.variable else []
    what = "its bytes as base64" if call.inline else "the address of the uploaded picture"
    for number, name in enumerate(call.references, start=1):
        shown = " ".join(name.split()) or "a picture"  # a line break would end the comment
        lines.append(f"Put {what} in the place of {placeholder(number)}: {shown}")
    return lines


def _all_headers(call: SpelledCall) -> list[tuple[str, str]]:
    return [*call.headers, ("content-type", "application/json")]


def _scheme(call: SpelledCall) -> str:
    return f"{call.key_scheme} " if call.key_scheme else ""


def _literal(value: object, depth: int) -> str:
    """A JSON value as Python writes it, one entry a line."""
    inner, outer = _INDENT * (depth + 1), _INDENT * depth
    if isinstance(value, Mapping) and value:
        entries = [f"{inner}{name!r}: {_literal(v, depth + 1)},\n" for name, v in value.items()]
        return "{\n" + "".join(entries) + outer + "}"
    if isinstance(value, list | tuple) and value:
        entries = [f"{inner}{_literal(v, depth + 1)},\n" for v in value]
        return "[\n" + "".join(entries) + outer + "]"
    return repr(dict(value)) if isinstance(value, Mapping) else repr(value)


def _flat(path: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        inside = [(f"{path}.{name}" if path else str(name), v) for name, v in value.items()]
        return [line for name, v in inside for line in _flat(name, v)]
    if isinstance(value, list | tuple):
        return [line for n, v in enumerate(value) for line in _flat(f"{path}[{n}]", v)]
    text = value if isinstance(value, str) else json.dumps(value)
    return [(path, text)]
