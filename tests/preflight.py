"""Loaded before every other pytest plugin: a machine without Qt's system libraries still runs the
tests it can.

Without libGL and its friends PySide6 cannot be imported, and pytest-qt would end the whole run with
a traceback. So the plugin is held back, the tests that need Qt are left out, and the summary says
how to get them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flux_studio.startup import library_sentence

SENTENCE = library_sentence(for_display=False)
NEEDS_QT = (
    "ui", "session", "faults", "bench", "test_binding.py", "test_thread.py", "test_whole_path.py",
    "test_library_care.py", "whole.py",
)  # fmt: skip
# Of rooms that need no Qt otherwise, the tests that open the window.
OPENS_THE_WINDOW = {
    "test_no_display_says_so_in_one_line_and_runs_the_tour",
    "test_with_a_display_the_window_opens",
    "test_a_window_that_breaks_leaves_a_sentence",
}

if SENTENCE is None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_configure(config: pytest.Config) -> None:
    if SENTENCE is not None:
        # Options of the plugin that is missing; known words keep --strict-config quiet.
        config.addinivalue_line("markers", "qt: needs Qt")


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    if SENTENCE is not None:
        pluginmanager.set_blocked("pytest-qt")
        for name in ("qt_log_level_fail", "qt_api", "qt_log_ignore"):
            parser.addini(name, "held back")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    if SENTENCE is not None and any(part in NEEDS_QT for part in collection_path.parts[-2:]):
        return True
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SENTENCE is not None:
        for item in items:
            if item.name.partition("[")[0] in OPENS_THE_WINDOW:
                item.add_marker(pytest.mark.skip(reason="needs Qt"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if SENTENCE is not None:
        terminalreporter.section("the tests that need Qt were left out")
        terminalreporter.write_line(SENTENCE)
