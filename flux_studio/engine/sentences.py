"""What the engine says to people: what happened, whether it was charged, and what can be done."""

from __future__ import annotations

from flux_studio.core.job import Job
from flux_studio.core.money import Money, dollars

NOTHING_CHARGED = "Nothing was charged."
NO_KEY = f"There is no key for this provider. {NOTHING_CHARGED} Add the key, then send it again."
NO_KEY_YET = "There is no key for this provider yet. Add one in Keys."
KEYCHAIN_SILENT = (
    f"The keychain of this computer does not answer. {NOTHING_CHARGED} "
    "Unlock it, or enter the key for this run, then send it again."
)
CANCELLED = f"Cancelled before it was sent. {NOTHING_CHARGED}"
CANNOT_STOP = "This provider cannot stop a job. It goes on, and the picture will be kept."
STOPPING = "The provider was asked to stop."
STOPPED_THERE = "The provider stopped the job"
TOO_LATE_TO_STOP = "It was too late to stop. The picture will be kept."
STOP_UNHEARD = "The provider could not be asked to stop. It is asked again."
MODEL_UNKNOWN = f"This model is no longer known here, so it was not sent. {NOTHING_CHARGED}"
NOT_WRITTEN = (
    f"It was not sent: the disk does not take its record. {NOTHING_CHARGED} Make room first."
)
DISK_WAITS = "The disk takes no more. Make room: it is tried again every few seconds."
PICTURE_WAITS = "The picture is here, but the disk does not take it. Make room: it is tried again."
HICCUP = "Connection hiccup. The job goes on at the provider; asking again."
KEY_AWAITED = "The job goes on at the provider. It is asked again when there is a valid key."
QUEUE_PAUSED = "Paused. Nothing more is sent until you resume; what runs is finished."
OFFLINE = (
    "There is no network. What you order waits here; nothing is sent until you say yes when it is "
    "back."
)
RECONNECTED = "The network is back. Look at the price of what waited, then send it."
WAITS_FOR_NETWORK = "It waits for the network. It was not sent."
NOT_DONE_AGAIN = "The provider says that it is not done yet."
FETCHING_AGAIN = "The picture did not come through. Fetching it again."
CANNOT_FIND = "A job cannot be found by its id at this provider."
NO_FREE_CHECK = "This provider has no free way to test a key. The first picture will show."
SEEN_NOT_CHARGED = "Closed: it was not charged, as you saw at the provider."
NOTHING_TO_FETCH = "There is no task to ask for: it has no id, or the provider ended it for good."
PROVIDER_NOT_HERE = "Its provider or its model is not offered here, so it cannot be asked for."
NO_SUCH_JOB = "The journal has no job of this id."
NOT_OURS = "There is no such job, or another Flux Studio that is running takes care of it."
NO_LIST = "This provider does not list its tasks, so the job cannot be looked for."
TASK_NOT_THERE = "The provider does not know a job with this id. Look at the id again."
TASK_OF_ANOTHER = "Another job here has this id already: each picture belongs to one job."


def key_not_there(label: str) -> str:
    return f"The key it was sent with ({label}) is not there."


def other_key(label: str) -> str:
    return (
        f"The job goes on at the provider, but the key in use does not know it. It was sent with "
        f"the key {label}: add that one again. It is asked for on and on."
    )


def refused(error: Exception) -> str:
    return f"{_sentence(error)} {NOTHING_CHARGED}"


def gave_up(error: Exception) -> str:
    return f"{_sentence(error)} It was not sent. {NOTHING_CHARGED} It can be sent again."


def reference_failed(error: Exception) -> str:
    return f"A reference could not be read: {_sentence(error)} {NOTHING_CHARGED}"


def unknown(job: Job, what: str) -> str:
    """The outcome is not known: the price at stake and the three things a person can do."""
    return (
        f"{what} It may have been accepted and charged ({dollars(job.price)}). It is not sent "
        "again by itself. Look at the provider's usage page: enter the job's id when it is there, "
        "or say that it was not charged."
    )


def low_credit(left: Money, price: Money) -> str:
    return (
        f"{dollars(left)} is left, and the next picture costs {dollars(price)}. Nothing more is "
        "sent there. Add credit, then resume."
    )


def unclear(error: Exception) -> str:
    return f"The request left, but no clear answer came back: {_sentence(error)}"


LEFT_SENDING = "The studio ended while the request was leaving."
CANCELLED_UNCLEAR = "Cancelled, but an earlier attempt had no clear answer."
BUG_WHILE_SENDING = "Something broke in the studio while the request was leaving."


def bug_before_sending() -> str:
    return (
        f"Something broke in the studio before it was sent. {NOTHING_CHARGED} The log has details."
    )


def bug_after_ticket(task: str) -> str:
    return (
        f"Something broke in the studio. The job is at the provider under {task}; it is looked for "
        "again at the next start. The log has details."
    )


def not_listed(job: Job) -> str:
    return (
        "The provider's list of tasks has nothing like it, so it was most likely never accepted. "
        f"Its price was {dollars(job.price)}. It is not sent again by itself."
    )


def seen_charged(charged: Money | None) -> str:
    sum_ = "It" if charged is None else dollars(charged)
    return f"{sum_} was charged, as you saw at the provider, and no picture came."


def ended(message: str, charged: Money | None) -> str:
    return f"{_stop(message or 'The provider ended the job without a picture')} {charge(charged)}"


def forgotten(task: str, charged: Money | None) -> str:
    return (
        f"The provider does not know the job any more. {charge(charged)} "
        f"Quote {task} to its support."
    )


def result_gone(task: str, charged: Money | None) -> str:
    return (
        f"The picture was made, but the provider no longer has it. {charge(charged)} "
        f"Quote {task} to its support."
    )


def fetch_trouble(error: Exception) -> str:
    return f"The picture is done, but it does not come through: {_sentence(error)} Trying again."


def bad_picture(error: Exception, task: str, charged: Money | None) -> str:
    return (
        f"What came is not a picture that can be read: {_sentence(error)} {charge(charged)} "
        f"Quote {task} to the provider's support."
    )


def charge(charged: Money | None) -> str:
    """Whether it was charged, in one sentence."""
    if charged is None:
        return "Whether it was charged is not known: look at the provider's usage page."
    return NOTHING_CHARGED if charged == 0 else f"{dollars(charged)} was charged."


def _sentence(error: Exception) -> str:
    return _stop(str(error) or type(error).__name__)


def _stop(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
