"""Cards for tests, made by hand: each has what the others lack."""

from dataclasses import replace
from decimal import Decimal

from flux_studio.core.card import Knob, ModelCard, SafetyScale
from flux_studio.core.pricing import PerCall, PerMegapixel
from flux_studio.core.size import FreeSizes, ListedSize, ListedSizes, Size

STEPS = Knob("steps", "int", "Steps", "", 28, Decimal(1), Decimal(50), Decimal(1))
GUIDANCE = Knob("guidance", "decimal", "Guidance", "", Decimal("3.5"), Decimal("1.5"), Decimal(10))
QUIET = Knob("quiet", "bool", "Quiet", "", False)
MOOD = Knob("mood", "choice", "Mood", "", "calm", choices=("calm", "wild"))

FREE = ModelCard(
    provider="one",
    model="free-sizes",
    title="Free sizes",
    blurb="Pixels, seed, safety and knobs.",
    sizes=FreeSizes(least=64, most=4096, step=16, most_pixels=4 * 1_048_576),
    default_size=Size(1024, 768),
    price=PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015")),
    references=2,
    prompt_least=3,
    prompt_most=40,
    formats=("jpeg", "png"),
    seed=True,
    safety=SafetyScale(1, 5, 2),
    checker=True,
    count_most=8,
    source="https://example.test/free",
    as_of="2026-03-01",
    reference_price_note="The price of references is inferred.",
    seed_most=999,
    knobs=(STEPS, GUIDANCE, QUIET, MOOD),
    paths=(("text", "/free"), ("edit", "/free/edit")),
)

LISTED = ModelCard(
    provider="two",
    model="listed-sizes",
    title="Listed sizes",
    blurb="Ratios and tiers; no seed, no scale, no formats, no references.",
    sizes=ListedSizes(
        (
            ListedSize("1:1", "1k", Size(1024, 1024)),
            ListedSize("16:9", "1k", Size(1344, 768)),
            ListedSize("1:1", "2k", Size(2048, 2048)),
        )
    ),
    default_size=Size(1024, 1024),
    price=PerCall((("1k", Decimal("0.05")), ("2k", Decimal("0.07")))),
    references=0,
    prompt_least=1,
    prompt_most=0,
    formats=(),
    seed=False,
    safety=None,
    checker=False,
    count_most=16,
    source="https://example.test/listed",
    as_of="2026-07-20",
)


def free(**changes: object) -> ModelCard:
    return replace(FREE, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
