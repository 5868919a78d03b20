"""Whatever is arranged, sent elsewhere, held, rescued or killed: a press is charged at most once,
no saved picture is lost, no job is forgotten. The same machine finds two wrong ways of doing it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.engine.test_law_machine import QUICK
from tests.faults.rescue_machine import (
    HastyMachine,
    IdempotentRescueMachine,
    LyingMachine,
    RescueMachine,
)

LONGER = settings(
    QUICK, max_examples=int(os.environ.get("LAW_MACHINE_EXAMPLES", "80")), stateful_step_count=40
)


@pytest.fixture(autouse=True)
def no_log() -> Iterator[None]:
    """A captured record keeps its traceback, and with it every task of every life, alive."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("machine", [RescueMachine, IdempotentRescueMachine])
def test_no_press_is_charged_twice_whatever_is_done_about_it(machine):
    run_state_machine_as_test(machine, settings=LONGER)


@pytest.mark.parametrize("machine", [HastyMachine, LyingMachine])
def test_the_machine_finds_what_is_done_wrongly(machine):
    wrong = settings(LONGER, max_examples=2000, phases=[Phase.generate])
    with pytest.raises(AssertionError, match="charged twice"):
        run_state_machine_as_test(machine, settings=wrong)
