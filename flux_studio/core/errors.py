"""The family of errors a person can act on. Anything else that is raised is a bug of ours.

StudioError
├── Impossible          the draft cannot be sent: problems, each at its control
├── KeyMissing          no key for this provider
├── PictureUnreadable   a reference or a result is not a picture we accept
├── NotKept             the picture is there and could not be written to disk
└── ProviderError       what a provider or the way to it answered; `reason` decides
    ├── NotSent         surely nothing left this machine: sending again is safe
    ├── NotNow          the provider refused for the moment, before any work
    ├── Refused         the provider refused for good; nothing was made, nothing charged
    ├── OutcomeUnknown  the request may have been accepted: never sent again by itself
    ├── Unreachable     a free question got no good answer; asking again costs nothing
    ├── TaskForgotten   the provider does not know the task
    └── ResultGone      the task is done but its picture can no longer be fetched

Messages of providers are plain text for people; they are shown as such and never decide anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from flux_studio.core.problem import Problem


class Reason(StrEnum):
    """Why a job stopped, as a word for programs (`--json`, tests, the phrases of the window)."""

    NO_KEY = "no_key"
    BAD_KEY = "bad_key"
    NO_CREDIT = "no_credit"
    BAD_ADDRESS = "bad_address"
    BAD_REQUEST = "bad_request"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    MODERATED_INPUT = "moderated_input"
    MODERATED_OUTPUT = "moderated_output"
    RATE_LIMITED = "rate_limited"
    PROVIDER_DOWN = "provider_down"
    PROVIDER_FAILED = "provider_failed"
    NETWORK = "network"
    UNTRUSTED = "untrusted"
    BAD_REPLY = "bad_reply"
    BAD_PICTURE = "bad_picture"
    OUTCOME_UNKNOWN = "outcome_unknown"
    NOT_LISTED = "not_listed"
    FORGOTTEN = "forgotten"
    RESULT_GONE = "result_gone"
    CANCELLED = "cancelled"
    DISK = "disk"
    BUDGET = "budget"
    BUG = "bug"


class StudioError(Exception):
    """Anything a person can act on. `str(error)` is a sentence for people."""


class Impossible(StudioError):
    """The draft cannot be sent."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = tuple(problems)


class KeyMissing(StudioError):
    """There is no key for a provider."""


class PictureUnreadable(StudioError):
    """A file or a reply is not a picture we accept. `reason` is a word, the message says what would
    be right.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotKept(StudioError):
    """A picture could not be written to disk; it is tried again."""


class ProviderError(StudioError):
    """What went wrong with a provider. `request_id` is the provider's own, for its support."""

    def __init__(self, reason: Reason, message: str, *, request_id: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.request_id = request_id


class NotSent(ProviderError):
    """Surely nothing left this machine."""


class NotNow(ProviderError):
    """Refused for the moment, before any work. `wait` is the provider's own word in seconds, None
    if it gave none.
    """

    def __init__(
        self, reason: Reason, message: str, wait: float | None = None, *, request_id: str = ""
    ) -> None:
        super().__init__(reason, message, request_id=request_id)
        self.wait = wait


class Refused(ProviderError):
    """Refused for good: nothing was made and nothing is charged. `control` names the control it
    concerns, or ''.
    """

    def __init__(
        self, reason: Reason, message: str, *, control: str = "", request_id: str = ""
    ) -> None:
        super().__init__(reason, message, request_id=request_id)
        self.control = control


class OutcomeUnknown(ProviderError):
    """The request may have been accepted. `reply` keeps what came back, redacted, for the
    evidence.
    """

    def __init__(self, message: str, *, reply: str = "", request_id: str = "") -> None:
        super().__init__(Reason.OUTCOME_UNKNOWN, message, request_id=request_id)
        self.reply = reply


class Unreachable(ProviderError):
    """A free question got no good answer. `wait` as in NotNow."""

    def __init__(
        self, reason: Reason, message: str, wait: float | None = None, *, request_id: str = ""
    ) -> None:
        super().__init__(reason, message, request_id=request_id)
        self.wait = wait


class TaskForgotten(ProviderError):
    """The provider does not know the task (any more)."""


class ResultGone(ProviderError):
    """The result's address has expired and the provider gives no new one."""
