"""`flux-studio models`: every model card, with its limits, its price rule, its source and date."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from flux_studio.commands.exits import Exit
from flux_studio.commands.output import say, show, takes_json
from flux_studio.core.card import ModelCard
from flux_studio.core.money import plain
from flux_studio.core.pricing import Free, PerCall, PerMegapixel, PriceRule, Unknown
from flux_studio.core.size import FreeSizes, ListedSizes
from flux_studio.ground import lay_ground
from flux_studio.providers.registry import row


def describe(parser: ArgumentParser) -> None:
    """The options of `models`."""
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Print one line a model; files with faults are named on stderr."""
    ground = lay_ground()
    for fault in ground.faults:
        say(fault)
    for card in ground.cards:
        show(arguments, card_fields(card), _line(card))
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


def _line(card: ModelCard) -> str:
    price = card.estimate(card.default_size)
    words = "; ".join(price.working)
    edits = f"up to {card.references} references" if card.edits else "no references"
    return f"{row(card.provider).title:<10} {card.model:<14} {card.title:<16} {edits}; {words}"
