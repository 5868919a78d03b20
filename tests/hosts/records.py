"""What a twin writes down and says no with: tasks, charges, broken rules, refusals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


class Violation(Exception):
    """The client broke the protocol: it is recorded, and answered with `status`."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


class Rejection(Exception):
    """A no that is part of the protocol (wrong key, no credit, unknown task): answered, not a
    violation.
    """

    def __init__(self, status: int, message: str, code: str = "", **headers: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True)
class Charge:
    """One line of the ledger: USD for a task; `intent` is the idempotency key, '' without one."""

    task: str
    usd: Decimal
    intent: str
    prompt: str


@dataclass
class Task:
    """One job at the twin. `seconds` is how long it takes on the twin's clock; `made` is when it
    was made by the calendar, for lists of tasks.
    """

    id: str
    body: dict[str, Any]
    created: float
    seconds: float
    usd: Decimal
    kind: str = ""
    ending: str = "done"
    details: dict[str, Any] = field(default_factory=dict)
    made: datetime = field(default_factory=lambda: datetime.now(UTC))
