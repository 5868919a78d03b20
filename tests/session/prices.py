"""Requests and pictures for the tests of the price desks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from flux_studio.core.generation import Generation
from flux_studio.core.request import Request
from flux_studio.core.size import Size

SQUARE = Size(1024, 1024)


def request(**changes: object) -> Request:
    made = Request("runflow", "flux-2-pro", "a fox in snow", SQUARE, "jpeg")
    return replace(made, **changes)  # type: ignore[arg-type]  # names are checked by replace itself


def generation(asked: Request, charged: Decimal | None = None) -> Generation:
    now = datetime.now(UTC)
    return Generation(
        id="g1",
        job="j1",
        request=asked,
        path="a.png",
        sha256="0" * 64,
        mime="image/png",
        size=asked.size,
        bytes=1,
        created=now,
        price=Decimal("0.03"),
        charged=charged,
        seconds=8.0,
    )
