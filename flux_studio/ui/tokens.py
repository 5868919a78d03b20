"""The design's tokens: spacing, shape, type, icon sizes and the two colour sets.

Plain values, no Qt; named tuples, because they are made faster than dataclasses and this comes
before the first paint. All lengths are device-independent pixels; all colours are `#RRGGBB`.

Contrast, held by `tests/ui/test_theme.py` (ratios as WCAG 2.2 defines them):

- `text`, `muted`, `danger`, `ok`, `warn`, `accent` reach 4.5:1 on every surface.
- `edge` and `focus` reach 3:1 on every surface. A control that only its outline gives away (a
  check box, the handle of a slider, the chosen segment) is drawn with `edge`.
- `line` is decoration and promises nothing. Buttons, fields and lists may use it as their border
  because their own label, value, placeholder or icon, at 4.5:1, gives them away. For that reason a
  text field is never left without a value, a placeholder or a prefix. When the system asks for high
  contrast, `line` becomes `edge` everywhere (`with_strong_lines`).
- `disabled` reaches 3:1: what is off can still be read.
"""

from typing import NamedTuple


class Spacing(NamedTuple):
    """Gaps and margins, px."""

    xs: int = 4
    s: int = 8
    m: int = 12
    l: int = 16  # noqa: E741 - the scale reads xs s m l xl, always behind a dot
    xl: int = 24


class TypeScale(NamedTuple):
    """Sizes of the system font, px."""

    small: int = 11
    body: int = 13
    title: int = 15
    display: int = 20


class IconSizes(NamedTuple):
    """Edges of the icon square, px."""

    small: int = 16
    large: int = 20


class Shape(NamedTuple):
    """Corners, strokes and the sizes of things to aim at, px."""

    radius: int = 6
    stroke: int = 1
    focus_stroke: int = 2
    control: int = 30  # height of a field or an ordinary button
    icon_button: int = 28  # edge of an icon button
    target: int = 24  # nothing to click is smaller (WCAG 2.2, 2.5.8)
    primary: int = 44  # height of Generate


class Colors(NamedTuple):
    """One colour set. Surfaces, from the back: ground, panel, field (sunk), raised."""

    name: str
    ground: str
    panel: str
    field: str
    raised: str
    hover: str
    pressed: str
    line: str
    edge: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    danger: str
    ok: str
    warn: str
    focus: str
    selection: str  # behind selected text
    on_selection: str
    scrim: str = "#161616"  # behind badges on a picture, the same in both themes,
    scrim_alpha: float = 0.78  # drawn with this opacity
    on_scrim: str = "#ECECEC"

    @property
    def is_dark(self) -> bool:
        return luminance(self.ground) < luminance(self.text)

    def with_strong_lines(self) -> "Colors":
        """The same set for people who ask their system for high contrast."""
        return self._replace(line=self.edge, muted=self.text)


SPACE = Spacing()
TYPE = TypeScale()
ICON = IconSizes()
SHAPE = Shape()

DARK = Colors(
    name="dark",
    ground="#161616",
    panel="#1E1E1E",
    field="#191919",
    raised="#272727",
    hover="#303030",
    pressed="#222222",
    line="#383838",
    edge="#7C7C7C",
    text="#ECECEC",
    muted="#A8A8A8",
    disabled="#828282",
    accent="#F2B84B",
    accent_hover="#F7C766",
    accent_pressed="#DDA53B",
    on_accent="#161616",
    danger="#FF8A7A",
    ok="#8CCB97",
    warn="#F2B84B",
    focus="#F2B84B",
    selection="#62501F",
    on_selection="#FFFFFF",
)

LIGHT = Colors(
    name="light",
    ground="#F2F2F2",
    panel="#FFFFFF",
    field="#FAFAFA",
    raised="#E8E8E8",
    hover="#DEDEDE",
    pressed="#DADADA",
    line="#C8C8C8",
    edge="#767676",
    text="#1A1A1A",
    muted="#595959",
    disabled="#757575",
    accent="#8A5200",
    accent_hover="#774600",
    accent_pressed="#653C00",
    on_accent="#FFFFFF",
    danger="#A3261B",
    ok="#1E6636",
    warn="#8A5200",
    focus="#8A5200",
    selection="#F3D9A4",
    on_selection="#1A1A1A",
)


def luminance(color: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 to 1 (WCAG 2.2, sRGB)."""
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def blend(over: str, under: str, alpha: float) -> str:
    """`over` drawn on `under` with opacity `alpha`, as `#RRGGBB`."""
    mixed = (
        round(int(over[at : at + 2], 16) * alpha + int(under[at : at + 2], 16) * (1 - alpha))
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
