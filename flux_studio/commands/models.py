"""`flux-studio models`: every model card, with its limits, its price rule, its source and date."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from flux_studio.commands.exits import Exit
from flux_studio.commands.output import emit, say, takes_json, write
from flux_studio.commands.table import table
from flux_studio.core.card import ModelCard
from flux_studio.core.money import dollars, plain
from flux_studio.core.pricing import Free, PerCall, PerMegapixel, PriceRule, Unknown
from flux_studio.core.size import FreeSizes, ListedSizes
from flux_studio.ground import lay_ground
from flux_studio.providers.registry import row

HEADER = ("PROVIDER", "MODEL", "REFERENCES", "SEED", "SAFETY", "FORMATS", "SIZES", "PRICE")


def describe(parser: ArgumentParser) -> None:
    """The options of `models`."""
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Print one line a model; files with faults are named on stderr."""
    ground = lay_ground()
    for fault in ground.faults:
        say(fault)
    if arguments.json:
        for card in ground.cards:
            emit(card_fields(card))
    else:
        for line in table(HEADER, [_cells(card) for card in ground.cards], right=("REFERENCES",)):
            write(line)
    return Exit.DONE


def card_fields(card: ModelCard) -> dict[str, object]:
    """One card as JSON."""
    safety = card.safety
    return {
        "provider": card.provider,
        "model": card.model,
        "title": card.title,
        "edit": card.edits,
        "references": card.references,
        "seed": card.seed,
        "repeats": card.repeats if card.seed else "no",
        "safety": [safety.least, safety.most] if safety else None,
        "formats": list(card.formats),
        "sizes": size_fields(card),
        "price": price_rule_fields(card.price),
        "source": card.source,
        "as_of": card.as_of,
    }


def size_fields(card: ModelCard) -> dict[str, object]:
    """How a model takes sizes, in px."""
    match card.sizes:
        case FreeSizes() as free:
            presets = [{"name": p.wire or p.name, "size": str(p.size)} for p in free.presets]
            limits = {"least": free.least, "most": free.most, "step": free.step}
            return {"kind": "pixels", **limits, "most_pixels": free.most_pixels, "presets": presets}
        case ListedSizes(options=options):
            listed = [{"ratio": o.ratio, "tier": o.tier, "size": str(o.size)} for o in options]
            return {"kind": "ratio", "listed": listed}


def price_rule_fields(rule: PriceRule) -> dict[str, object] | None:
    """A price rule with USD as decimal strings; None where none is published."""
    match rule:
        case Unknown():
            return None
        case Free():
            return {"rule": "free"}
        case PerCall(tiers=tiers):
            return {"rule": "per_call", "tiers": {name: plain(price) for name, price in tiers}}
        case PerMegapixel():
            prices = {n: plain(getattr(rule, n)) for n in ("first", "further", "reference")}
            return {"rule": "per_megapixel", **prices}


def _cells(card: ModelCard) -> tuple[str, ...]:
    safety = card.safety
    return (
        row(card.provider).title,
        card.model,
        str(card.references) if card.edits else "none",
        "yes" if card.seed else "no",
        f"{safety.least} to {safety.most}" if safety else "no",
        ", ".join(card.formats) or "its own",
        _size_words(card),
        _price_words(card.price),
    )


def _size_words(card: ModelCard) -> str:
    match card.sizes:
        case FreeSizes(least=least, most=most, step=step):
            grid = f", steps of {step}" if step > 1 else ""
            return f"{least} to {most} px{grid}"
        case ListedSizes(options=options):
            tiers = dict.fromkeys(option.tier for option in options if option.tier)
            ratios = len({option.ratio for option in options})
            return f"{ratios} ratios" + (f" at {', '.join(tiers)}" if tiers else "")


def _price_words(rule: PriceRule) -> str:
    match rule:
        case Unknown():
            return "not known"
        case Free():
            return "free"
        case PerCall(tiers=tiers):
            return ", ".join(
                f"{dollars(price)} at {tier}" if tier else dollars(price) for tier, price in tiers
            )
        case PerMegapixel(first=first, further=further):
            return f"{dollars(first)} the first MP, {dollars(further)} each further"
