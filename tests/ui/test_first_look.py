"""The window before its panels: the prompt can be typed in at once, and nothing of that is lost."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from flux_studio.app import Application


def test_what_is_typed_before_the_panels_are_there_is_kept(qtbot, tmp_path):
    environ = {"FLUX_STUDIO_HOME": str(tmp_path), "FLUX_STUDIO_PRACTICE_DELAY": "0"}
    application = Application(QApplication.instance(), environ)
    box = application.window.first_look.box
    application.show()
    QTest.keyClicks(box, " typed at once")
    application.wait_until_ready()
    try:
        assert application.studio.state.draft.prompt.endswith(" typed at once")
        assert application.window.room.composer.prompt.box is box
        assert box.prompt() == application.studio.state.draft.prompt
    finally:
        application.window.close()
        assert application.close()
        application.window.deleteLater()
        application.theme.deleteLater()
