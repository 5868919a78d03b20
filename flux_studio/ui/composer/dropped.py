"""What a drop or a paste brings: files, picture bytes, a web address, or a picture of ours.

Only names and bytes are read here. Qt would decode what it calls image data by itself, and it never
sees a foreign picture: the bytes go to the library's own decoder as they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QMimeData, QUrl

if TYPE_CHECKING:
    from flux_studio.session.studio import Studio

GENERATION_MIME = "application/x-flux-generation"  # the id of a picture on the wall, UTF-8
REFERENCE_MIME = "application/x-flux-reference"  # the place of a reference that is being moved
PIN_MIME = "application/x-flux-pin"  # the sha256 of a reference on the shelf
PICTURE_MIMES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Dropped:
    """Everything usable in one drop; `refusals` are sentences about the rest."""

    generation: str = ""
    pin: str = ""
    files: tuple[Path, ...] = ()
    picture: bytes = b""
    ending: str = ""
    address: str = ""
    refusals: tuple[str, ...] = ()


def holds_pictures(mime: QMimeData) -> bool:
    """Whether a drop may bring pictures; only the formats are looked at while dragging."""
    if mime.hasFormat(GENERATION_MIME) or mime.hasFormat(PIN_MIME) or mime.hasUrls():
        return True
    return any(mime.hasFormat(kind) for kind in PICTURE_MIMES)


def pastes_pictures(mime: QMimeData) -> bool:
    """Whether pasting should add references: files, or picture bytes without text beside them."""
    if any(url.isLocalFile() for url in mime.urls()):
        return True
    return holds_pictures(mime) and not mime.hasText()


def read_dropped(mime: QMimeData) -> Dropped:
    """Take out what can be used, the surest form first."""
    if mime.hasFormat(GENERATION_MIME):
        return Dropped(generation=_text(mime, GENERATION_MIME))
    if mime.hasFormat(PIN_MIME):
        return Dropped(pin=_text(mime, PIN_MIME))
    urls = mime.urls()
    if any(url.isLocalFile() for url in urls):
        return _files(urls)
    for kind, ending in PICTURE_MIMES.items():
        data = bytes(mime.data(kind).data()) if mime.hasFormat(kind) else b""
        if data:
            return Dropped(picture=data, ending=ending)
    return _address(urls)


def take_dropped(studio: Studio, dropped: Dropped, slot: int | None = None) -> None:
    """Hand a drop to the studio; `slot` replaces the reference there."""
    desk = studio.references
    if dropped.generation:
        _take_generation(studio, dropped.generation, slot)
    pin = next((p for p in studio.pins.pins if p.reference.sha256 == dropped.pin), None)
    if pin is not None:
        studio.pins.use(pin, slot)
    if dropped.files:
        desk.take_files(dropped.files, slot)
    if dropped.picture:
        name = translate("Dropped", "Pasted picture")
        desk.take_bytes(dropped.picture, f"{name}.{dropped.ending}", slot)
    if dropped.address:
        desk.take_address(dropped.address, slot)
    if dropped.refusals:
        desk.refuse(dropped.refusals)


def _take_generation(studio: Studio, generation_id: str, slot: int | None) -> None:
    library, desk = studio.library, studio.references

    def found(generation: object) -> None:
        if generation is None:
            desk.refuse((translate("Dropped", "This picture is no longer in the library."),))
        elif slot is None:
            studio.use_as_reference(generation)  # type: ignore[arg-type]  # what get answers
        else:
            desk.take_generation(generation, slot)  # type: ignore[arg-type]  # likewise

    library.background.run(lambda: library.gallery.get(generation_id), found)


def _files(urls: list[QUrl]) -> Dropped:
    paths: list[Path] = []
    refusals: list[str] = []
    for url in urls:
        path = url.toLocalFile()
        # A path on another machine would be opened over the network, with this person's login.
        if not url.isLocalFile() or url.host() not in ("", "localhost") or _is_remote(path):
            text = translate(
                "Dropped", "{name} is on another computer. Copy it to this one and drop it again."
            )
            refusals.append(text.format(name=url.fileName() or url.toDisplayString()))
        else:
            paths.append(Path(path))
    return Dropped(files=tuple(paths), refusals=tuple(refusals))


def _is_remote(path: str) -> bool:
    return path.startswith(("//", "\\\\"))


def _address(urls: list[QUrl]) -> Dropped:
    for url in urls:
        if url.scheme() == "https" and url.isValid():
            return Dropped(address=url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
    if not urls:
        return Dropped(refusals=(translate("Dropped", "There is no picture in what was dropped."),))
    text = translate(
        "Dropped", "Only https addresses are fetched. Save the picture and drop the file instead."
    )
    return Dropped(refusals=(text,))


def _text(mime: QMimeData, kind: str) -> str:
    return bytes(mime.data(kind).data()).decode("utf-8", "replace")
