"""The settings file under an open window: what others write there stays, and nothing that was
chosen is dropped at the close.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from flux_studio.storage.paths import Paths
from flux_studio.storage.settings import SettingsFile
from tests.whole import Whole, whole_studio


def choose(whole: Whole, **preferences: object) -> None:
    state = whole.studio.state
    whole.studio.set_preferences(replace(state.preferences, **preferences))


def test_a_line_written_by_hand_survives_what_the_window_saves(qapp, tmp_path: Path) -> None:
    path = Paths.under(tmp_path).settings_file
    with whole_studio(tmp_path) as whole:
        before = SettingsFile(path).load().settings.practice_delay
        path.write_text("practice_delay = 0.25\njobs_in_flight = 9\n# mine\n")
        choose(whole, auto_show=False)
    found = SettingsFile(path).load().settings
    assert before != 0.25
    assert (found.practice_delay, found.jobs_in_flight, found.auto_show) == (0.25, 9, False)


def test_a_choice_made_just_before_the_close_is_kept(qapp, tmp_path: Path) -> None:
    release = threading.Event()
    try:
        with whole_studio(tmp_path) as whole:
            house = whole.application.house
            assert house is not None
            for _ in range(8):  # every worker is busy, so the saving waits in the queue
                house.background.run(release.wait)
            choose(whole, theme="light")
    finally:
        release.set()
    path = Paths.under(tmp_path).settings_file
    assert SettingsFile(path).load().settings.theme == "light"
