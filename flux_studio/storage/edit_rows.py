"""Edits of references as JSON, in drafts, jobs, generations and sidecars."""

from __future__ import annotations

from flux_studio.core.crop import Box
from flux_studio.core.reference_edit import SMALLER, ReferenceEdit
from flux_studio.storage.json_fields import Fields, RowUnreadable


def edit_data(edit: ReferenceEdit) -> dict[str, object]:
    """What is not done is left out."""
    crop = edit.crop
    data: dict[str, object] = {
        "of": edit.sha256,
        "mime": edit.mime,
        "size": {"width": edit.size.width, "height": edit.size.height},
        "crop": crop and [crop.left, crop.top, crop.width, crop.height],
        "turns": edit.turns,
        "megapixels": edit.megapixels,
    }
    return {name: value for name, value in data.items() if value}


def edit_of(fields: Fields, name: str) -> ReferenceEdit | None:
    """None where nothing was done, and where it cannot be read: what is sent is known without."""
    try:
        edit = fields.table_or_none(name)
        return None if edit is None else _edit(edit)
    except RowUnreadable:
        return None


def _edit(fields: Fields) -> ReferenceEdit:
    megapixels = fields.whole_or_none("megapixels", 0) or 0
    return ReferenceEdit(
        sha256=fields.text("of"),
        mime=fields.text("mime"),
        size=fields.size("size"),
        crop=_crop(fields),
        turns=(fields.whole_or_none("turns", 0) or 0) % 4,
        megapixels=megapixels if megapixels in SMALLER else 0,
    )


def _crop(fields: Fields) -> Box | None:
    sides = fields.wholes("crop")
    if not sides:
        return None
    size = fields.size("size")
    match sides:
        case (left, top, width, height) if (
            width > 0 and height > 0 and left + width <= size.width and top + height <= size.height
        ):
            return Box(left, top, width, height)
    raise RowUnreadable("crop is not a box in the picture")
