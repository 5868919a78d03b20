"""Search and marks through the whole studio: from a picture that was made here to its sidecar and
back.
"""

from PySide6.QtCore import Qt

from flux_studio.storage.sidecar import read_sidecar, sidecar_path
from tests.whole import whole_studio


def test_a_new_picture_is_marked_found_and_taken_back(qapp, qtbot, tmp_path):
    with whole_studio(tmp_path / "home") as whole:
        library, room = whole.studio.library, whole.room
        whole.choose("practice")
        whole.studio.set_prompt("an amber lighthouse")
        whole.studio.generate()
        qtbot.waitUntil(lambda: len(whole.saved) == 1, timeout=30_000)
        made = whole.saved[0]
        assert made.look is not None, "measured when it was saved"
        assert made.look.colors
        qtbot.waitUntil(lambda: room.wall.order() == [made.id], timeout=10_000)
        room.wall.select(made.id)
        qtbot.keyClick(room.wall.view, Qt.Key.Key_K)
        path = sidecar_path(whole.file(made))
        qtbot.waitUntil(lambda: read_sidecar(path, library.root).marks.verdict == "keep")
        for text, expected in (
            ("lighth is:keep", [made.id]),
            (f"near:{made.look.colors[0][0]}", [made.id]),
            (f"like:{made.id}", [made.id]),
            ("ghthous -is:keep", []),
        ):
            room.top_bar.show_search(text)
            qtbot.waitUntil(lambda wanted=expected: room.wall.order() == wanted, timeout=10_000)
        room.wall.nothing_found.cleared.emit()
        qtbot.waitUntil(lambda: room.wall.order() == [made.id], timeout=10_000)
        assert room.top_bar.search.text() == ""
        library.history.undo()
        qtbot.waitUntil(lambda: read_sidecar(path, library.root).marks.verdict == "")
        assert "taken back" in whole.studio.state.notice.text
