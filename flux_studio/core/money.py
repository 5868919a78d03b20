"""Money in US dollars as `Decimal`, and how a sum is written for people. None means: not known."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

Money = Decimal
THOUSANDTH = Decimal("0.001")
LARGEST = Decimal(100_000)  # a reported price above this is a broken reply, not a price


def dollars(amount: Money | None) -> str:
    """'$0.030', '$0.24', '$1.24'; thousandths are kept where they matter; unknown is '$?', and
    neither that nor a sum below a thousandth is written as $0.
    """
    if amount is None:
        return "$?"
    exact = amount.quantize(THOUSANDTH)
    if amount and not exact:
        return f"${plain(amount)}"
    if exact and (exact < Decimal("0.1") or exact % Decimal("0.01")):
        return f"${exact}"
    return f"${amount.quantize(Decimal('0.01'))}"


def plain(amount: Money | None) -> str | None:
    """The decimal string for JSON: '0.03', never an exponent; None for unknown."""
    if amount is None:
        return None
    text = format(amount.normalize(), "f")
    return "0" if text == "-0" else text


def parse_money(value: object) -> Money | None:
    """A price reported by a server, or None when it is missing, negative, not finite or absurd."""
    amount = parse_balance(value)
    return None if amount is None or amount < 0 or amount > LARGEST else amount


def parse_balance(value: object) -> Decimal | None:
    """What a server says is left, in its own unit; unlike a price it may be below zero. None when
    it is missing or not finite.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
