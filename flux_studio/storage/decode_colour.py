"""Colours of a decoded picture: from the profile it carries to sRGB, or to that of a screen.

Runs in the decode child, and for our own thumbnails wherever they are decoded. A profile that is
broken, or of another kind of colour than the picture, is left aside: it is no reason to refuse the
picture.
"""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageCms

_BROKEN = (ImageCms.PyCMSError, OSError, ValueError, TypeError)


def converted(picture: Image.Image, embedded: bytes | None, screen: bytes = b"") -> Image.Image:
    """A picture without transparency as RGB in the colours of `screen`, an ICC profile; sRGB
    without one. `embedded` is the profile that came with the picture; without it the numbers are
    taken as sRGB.
    """
    source = _read(embedded) if embedded else None
    target = _screen_profile(screen) if screen else None
    if target is None and (source is None or _is_srgb(source)):
        return _as_rgb(picture)
    if source is None:
        picture = _as_rgb(picture)  # no profile says what its numbers mean
    changed = _changed(picture, source or _srgb(), target or _srgb())
    if changed is None and target is not None:
        # The picture's own profile does not fit: at least the screen's is honoured.
        changed = _changed(_as_rgb(picture), _srgb(), target)
    return changed or _as_rgb(picture)


def _changed(
    picture: Image.Image,
    source: ImageCms.ImageCmsProfile,
    target: ImageCms.ImageCmsProfile,
) -> Image.Image | None:
    try:
        return ImageCms.profileToProfile(
            picture,
            source,
            target,
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except _BROKEN:
        return None


def _as_rgb(picture: Image.Image) -> Image.Image:
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _read(profile: bytes) -> ImageCms.ImageCmsProfile | None:
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except _BROKEN:
        return None


@lru_cache(maxsize=2)
def _screen_profile(profile: bytes) -> ImageCms.ImageCmsProfile | None:
    """None for a screen that is sRGB anyhow, or whose profile is not for RGB."""
    read = _read(profile)
    if read is None or read.profile.xcolor_space.strip() != "RGB" or _is_srgb(read):
        return None
    return read


@lru_cache(maxsize=1)
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """By name: comparing the curves would take longer than converting a small picture."""
    try:
        return "sRGB" in ImageCms.getProfileDescription(profile)
    except _BROKEN:
        return False
