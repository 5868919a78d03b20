"""The two providers with a twin, as the command line meets them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.hosts.runapi import RunApiHost
from tests.hosts.runflow import RunflowHost
from tests.hosts.server import HostServer


@dataclass
class Twin:
    """A running twin and the words that lead a command to it. `price` USD of one picture."""

    host: HostServer
    key_variable: str
    price: str
    again: bool  # whether the provider runs an idempotency key only once

    @property
    def provider(self) -> str:
        return self.host.provider

    @property
    def environ(self) -> dict[str, str]:
        return {**self.host.environ, self.key_variable: self.host.key}

    @property
    def order(self) -> tuple[str, ...]:
        """`generate` for one small picture."""
        size = () if self.provider == "runapi" else ("--size", "256x256")
        return ("generate", "a red fox", "--json", "--provider", self.provider, *size)

    @property
    def charges(self) -> list[Decimal]:
        return [charge.usd for charge in self.host.ledger]


KINDS = {
    "runapi": (RunApiHost, "RUNAPI_API_KEY", "0.05", True),
    "runflow": (RunflowHost, "RUNFLOW_API_KEY", "0.03", False),
}
