"""Sizes for print: the pixels a sheet of paper needs, and the nearest picture a model makes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.size import Size, SizeRule, nearest_size

_MM_IN_AN_INCH = Fraction(254, 10)
DPI = (150, 200, 300, 600)  # dots per inch; 300 is what print shops ask for


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet, upright. `name` is marked for translation in the context "Paper"; sides in mm."""

    name: str
    width: Fraction
    height: Fraction


def _paper(name: str, width: str, height: str) -> Paper:
    return Paper(name, Fraction(width), Fraction(height))


# A series: ISO 216. US sheets: ANSI/ASME Y14.1, in inches of 25.4 mm. Photo prints by their names.
PAPERS = (
    _paper(QT_TRANSLATE_NOOP("Paper", "A6"), "105", "148"),
    _paper(QT_TRANSLATE_NOOP("Paper", "A5"), "148", "210"),
    _paper(QT_TRANSLATE_NOOP("Paper", "A4"), "210", "297"),
    _paper(QT_TRANSLATE_NOOP("Paper", "A3"), "297", "420"),
    _paper(QT_TRANSLATE_NOOP("Paper", "A2"), "420", "594"),
    _paper(QT_TRANSLATE_NOOP("Paper", "A1"), "594", "841"),
    _paper(QT_TRANSLATE_NOOP("Paper", "US Letter"), "215.9", "279.4"),
    _paper(QT_TRANSLATE_NOOP("Paper", "US Tabloid"), "279.4", "431.8"),
    _paper(QT_TRANSLATE_NOOP("Paper", "Photo 10 × 15 cm"), "100", "150"),
    _paper(QT_TRANSLATE_NOOP("Paper", "Photo 13 × 18 cm"), "130", "180"),
    _paper(QT_TRANSLATE_NOOP("Paper", "Square 20 cm"), "200", "200"),
)


@dataclass(frozen=True, slots=True)
class PrintPlan:
    """What a print needs and gets, in px: `wanted` for the sheet, `made` by the model, which is to
    be enlarged by `enlarge` (1 or less: not at all) so that it covers the sheet; then `cut` of
    the picture, 0 to 1, stands over.
    """

    wanted: Size
    made: Size
    enlarge: float
    cut: float


def print_pixels(paper: Paper, dpi: int, *, lying: bool = False) -> Size:
    """Pixels of a sheet at `dpi` dots per inch, rounded to whole ones; `lying` is its long side
    down.
    """
    sides = (round(side / _MM_IN_AN_INCH * dpi) for side in (paper.width, paper.height))
    size = Size(*sides)
    return size.swapped() if lying else size


def print_plan(rule: SizeRule, paper: Paper, dpi: int, *, lying: bool = False) -> PrintPlan:
    """The nearest valid size for a sheet, and the enlarging it leaves to be done."""
    wanted = print_pixels(paper, dpi, lying=lying)
    made = nearest_size(rule, wanted)
    enlarge = max(wanted.width / made.width, wanted.height / made.height)
    covered = made.pixels * enlarge * enlarge
    return PrintPlan(wanted, made, enlarge, max(0.0, 1 - wanted.pixels / covered))
