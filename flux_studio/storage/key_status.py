"""What can be said of a provider's key without showing it, and what may be a key at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from flux_studio.core.secret import Secret

# Windows keeps at most 2560 bytes of UTF-16; no provider's key comes near this.
MOST_KEY_CHARACTERS = 1000
MOST_LABEL_CHARACTERS = 60


class KeyProblem(ValueError):  # noqa: N818 - a problem is what the form shows beside the field
    """What was typed cannot be a key. `sentence` says why; it never contains the text."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class KeyState(Enum):
    """Where a provider's key is, as far as can be known now."""

    SAVED = "saved"
    SESSION_ONLY = "session_only"
    ENVIRONMENT = "environment"
    NONE = "none"
    WAITING = "waiting"
    LOCKED = "locked"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """A state, the keychain it speaks of ("" when none), and a sentence for people."""

    state: KeyState
    backend: str
    sentence: str

    @property
    def has_key(self) -> bool:
        """Whether a request can be sent now."""
        return self.state in (KeyState.SAVED, KeyState.SESSION_ONLY, KeyState.ENVIRONMENT)


def read_key(text: str) -> Secret:
    """A key as typed or pasted, without the white space around it. Raises KeyProblem.

    Only visible ASCII can stand in an HTTP header; anything else would fail later, while sending.
    """
    key = text.strip()
    if not key:
        raise KeyProblem("The key is empty. Paste the key from the provider's page.")
    if len(key) > MOST_KEY_CHARACTERS:
        raise KeyProblem(
            f"This has {len(key)} characters, too many for a key (at most {MOST_KEY_CHARACTERS}). "
            "Paste the key alone."
        )
    if not all("!" <= character <= "~" for character in key):
        raise KeyProblem(
            "A key has letters, digits and signs without spaces or line breaks inside. "
            "Copy it again from the provider's page."
        )
    return Secret(key)


def check_label(label: str) -> None:
    """Raises KeyProblem when `label` cannot be the name of one of several keys. One that begins
    with a dollar sign would be taken for a variable of the environment.
    """
    if not label.strip() or len(label) > MOST_LABEL_CHARACTERS or not label.isprintable():
        raise KeyProblem(
            f"A key's name has 1 to {MOST_LABEL_CHARACTERS} visible characters. Choose another."
        )
    if label.startswith("$"):
        raise KeyProblem("A key's name does not begin with a dollar sign. Choose another.")


def saved(backend: str) -> KeyStatus:
    """The key is in the keychain."""
    return KeyStatus(KeyState.SAVED, backend, f"Saved in {backend}.")


def environment(variable: str) -> KeyStatus:
    """The key comes from an environment variable, for this run."""
    return KeyStatus(
        KeyState.ENVIRONMENT, "", f"Taken from the variable {variable} for this run; not stored."
    )


def session_only(why: str) -> KeyStatus:
    """The key is in memory and will be gone when the program ends."""
    return KeyStatus(KeyState.SESSION_ONLY, "", f"Kept for this run only: {why}")


def none(elsewhere: str = "", backend: str = "") -> KeyStatus:
    """There is no key; `elsewhere` names the keychain that once took one."""
    if elsewhere and elsewhere != backend:
        sentence = f"The key was saved in {elsewhere}, which is not in use now. Enter it again."
    else:
        sentence = "No key yet. Enter one to use this provider."
    return KeyStatus(KeyState.NONE, backend, sentence)


def unusable(where: str, problem: KeyProblem) -> KeyStatus:
    """There is something, but it cannot be a key."""
    return KeyStatus(KeyState.NONE, "", f"What {where} holds is not a key. {problem.sentence}")


WAITING = KeyStatus(
    KeyState.WAITING,
    "",
    "The keychain has not answered. It may be waiting for you to answer a prompt of the system.",
)
LOCKED = KeyStatus(
    KeyState.LOCKED, "", "The keychain is locked. Unlock it and try again, or enter the key anew."
)
UNAVAILABLE = KeyStatus(
    KeyState.UNAVAILABLE,
    "",
    "No keychain answers on this system. A key entered now is kept for this run only.",
)
