"""References in words: roles, what was done to a picture, what of a file stays here."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from flux_studio.core.money import Money, dollars
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.prompt.roles import Role
from flux_studio.core.reference_diet import Diet, Smaller
from flux_studio.core.reference_edit import ReferenceEdit
from flux_studio.core.request import Reference
from flux_studio.ui.phrases import size_words

translate = QCoreApplication.translate

_ROLES = {
    Role.CHARACTER: QT_TRANSLATE_NOOP("References", "Character"),
    Role.STYLE: QT_TRANSLATE_NOOP("References", "Style"),
    Role.OBJECT: QT_TRANSLATE_NOOP("References", "Object"),
    Role.COLOR: QT_TRANSLATE_NOOP("References", "Colours"),
    Role.POSE: QT_TRANSLATE_NOOP("References", "Pose"),
    Role.BACKGROUND: QT_TRANSLATE_NOOP("References", "Background"),
}
ROLE_ICONS = {
    Role.CHARACTER: "user",
    Role.STYLE: "palette",
    Role.OBJECT: "box",
    Role.COLOR: "pipette",
    Role.POSE: "person-standing",
    Role.BACKGROUND: "mountain",
}
_CARRIED = {
    "location": QT_TRANSLATE_NOOP("References", "location"),
    "camera": QT_TRANSLATE_NOOP("References", "camera"),
    "time": QT_TRANSLATE_NOOP("References", "time"),
    "author": QT_TRANSLATE_NOOP("References", "author"),
    "software": QT_TRANSLATE_NOOP("References", "software"),
    "settings": QT_TRANSLATE_NOOP("References", "prompt and settings"),
    "text": QT_TRANSLATE_NOOP("References", "comments"),
    "thumbnail": QT_TRANSLATE_NOOP("References", "thumbnail"),
    "profile": QT_TRANSLATE_NOOP("References", "colour profile (turned into sRGB)"),
    "credentials": QT_TRANSLATE_NOOP("References", "Content Credentials"),
    "frames": QT_TRANSLATE_NOOP("References", "all frames but the first"),
    "other": QT_TRANSLATE_NOOP("References", "other metadata"),
}


def role_words(role: Role | None) -> str:
    """'Style', 'No role'."""
    if role is None:
        return translate("References", "No role")
    return translate("References", _ROLES[role])


def added_words(cost: Money | None) -> str:
    """'adds $0.015 a picture', 'adds nothing to the price', 'price not known'."""
    if cost is None:
        return translate("References", "price not known")
    if not cost:
        return translate("References", "adds nothing to the price")
    return translate("References", "adds {cost} a picture").format(cost=dollars(cost))


def smaller_words(choice: Smaller, whole: Smaller) -> str:
    """'At most 1 MP · 1182 × 886 · saves $0.030'."""
    if not choice.megapixels:
        words = translate("References", "As large as it is")
    else:
        words = translate("References", "At most {count} MP").format(count=choice.megapixels)
    parts = [words, size_words(choice.size)]
    if choice.cost is not None and whole.cost is not None and choice.cost < whole.cost:
        saved = dollars(whole.cost - choice.cost)
        parts.append(translate("References", "saves {cost}").format(cost=saved))
    return " · ".join(parts)


def offer_words(offer: Diet) -> str:
    """What smaller copies would do."""
    if offer.fits:
        text = translate(
            "References", "Copies of at most {count} MP fit together with the picture."
        )
    else:
        text = translate("References", "Copies of {count} MP save {saved} a picture.")
    return text.format(count=offer.megapixels, saved=dollars(offer.saves))


def edit_words(edit: ReferenceEdit | None) -> str:
    """'part of 4000 × 3000 · turned 90° · at most 1 MP', '' where nothing was done."""
    if edit is None or not edit.changes:
        return ""
    parts = []
    if edit.crop is not None and edit.part != edit.size:
        text = translate("References", "part of {size}")
        parts.append(text.format(size=size_words(edit.size)))
    if edit.turns % 4:
        text = translate("References", "turned {degrees}°")
        parts.append(text.format(degrees=90 * (edit.turns % 4)))
    if edit.made_smaller:
        text = translate("References", "at most {count} MP")
        parts.append(text.format(count=edit.megapixels))
    return " · ".join(parts)


def left_out_words(words: Iterable[str]) -> str:
    """'location, camera and software': what of a file is not sent; '' for nothing."""
    named = [translate("References", _CARRIED[word]) for word in words if word in _CARRIED]
    if len(named) < 2:
        return "".join(named)
    text = translate("References", "{several} and {last}")
    return text.format(several=", ".join(named[:-1]), last=named[-1])


def kind_words(mime: str) -> str:
    """'PNG', 'JPEG'."""
    return mime.removeprefix("image/").upper()


def name_words(reference: Reference, number: int) -> str:
    """'@image1 · bottle.png'."""
    name = f"@image{number}"
    return f"{name} · {reference.name}" if reference.name else name
