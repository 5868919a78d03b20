"""Which line of a model file a fault is on."""

from __future__ import annotations

import re


def line_of(text: str, number: int, wanted: str, written: object) -> int:
    """The line of the value `wanted`, `written` as given: inside card `number`, else among the
    defaults, else the card's first line. Card -1 is what stands above the cards.
    """
    heads = [m.start() for m in re.finditer(r"^[ \t]*\[\[ *model *\]\]", text, re.MULTILINE)]
    bounds = [0, *heads, len(text)]
    if number + 2 >= len(bounds):  # cards written inline, without heads
        bounds, number = [0, len(text)], -1
    start, end = bounds[number + 1], bounds[number + 2]
    name = re.escape(wanted)
    patterns = [rf"(?<![\w-]){name}\"?\s*=", rf"(?m)^[ \t]*\[+[\w.]*(?<![\w-]){name}\]"]
    if isinstance(written, str | int | float):
        value = re.escape(str(written))
        value = value.lower() if isinstance(written, bool) else value
        patterns.insert(0, rf"(?<![\w-]){name}\s*=\s*[\"']?{value}(?![\w.])")
    searches = [re.compile(p).search(text, *span) for span in ((start, end), (0, bounds[1]))
                for p in patterns]  # fmt: skip
    found = next((match.start(0) for match in searches if match), start)
    return text.count("\n", 0, found) + 1
