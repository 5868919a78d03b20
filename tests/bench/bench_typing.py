"""How long a keystroke takes in a long prompt, with live price, checks, marks and paint.

    python -m tests.bench.bench_typing [KEYSTROKES]

The whole composer on a real studio with real storage: the box, the studio's check, every part of
the panel, all price lines, then the paint. Milliseconds of each case: p50, p95 and the worst by
the clock, and p95 of what the main thread itself worked, which a busy machine does not lengthen.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from flux_studio.core.prompt.faces import Face
from flux_studio.core.prompt.style import Style
from flux_studio.session.main_thread_gc import MainThreadGc
from flux_studio.ui.composer.panel import ComposerPanel
from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.structured.field_row import FieldRow
from flux_studio.ui.theme import Theme, ThemeSource, apply_theme
from tests.session.desks import Desk

LENGTH, COLOURS = 5000, 40
BUDGET_MS = 8.0
SENTENCE = "the bottle of @image1 on wet basalt with a label reading “SOLSTICE” in "


def prompt(length: int = LENGTH, colours: int = COLOURS) -> str:
    """A prompt of `length` characters with `colours` different colours in it, in paragraphs."""
    filler = "soft haze over the third ridge, low sun, fine grain, shallow focus, "
    parts = [f"{SENTENCE}#{(n * 98_765) % 0xFFFFFF:06X} light, " for n in range(colours)]
    text = "".join(part + ("\n" if n % 4 == 3 else "") for n, part in enumerate(parts))
    return (text + filler * 100)[:length]


FORM = (
    '{"scene": "a ledge at dusk", "subjects": ['
    + ", ".join(
        f'{{"description": "{SENTENCE}{n}", "position": "left", "action": "stands"}}'
        for n in range(6)
    )
    + '], "style": "ink", "color_palette": ["#C2536B", "#F2B84B", "#204060"], "mood": "'
    + prompt(3500).replace("\n", " ")
    + '", "camera": {"angle": "low", "lens": "85 mm"}, "type": {"font": "serif", "size": 1.50}}'
)

CASES = {
    "5,000 characters, 40 colours": prompt(),
    "the same in one paragraph": prompt().replace("\n", " "),
    "with comments and 48 prompts": "// note\n{red|blue|green} {1-4} {a|b|c|d}\n" + prompt(4900),
    "with a style": prompt(4900),
    "structured": '{"scene": "' + prompt(4800).replace("\n", " ") + '", "style": "ink"}',
    "structured, in the form": '{"scene": "' + prompt(4800).replace("\n", " ") + '"}',
    "structured, a full form": FORM,
    "200 characters": prompt(200, 2),
}


def main() -> None:
    """Print a line a case."""
    strokes = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, Theme.DARK)
    collector = MainThreadGc()
    titles = f"{'p50':>7} {'p95':>7} {'worst':>7} {'own p95':>9}"
    print(f"{'case':34} {titles}   ms a keystroke, budget {BUDGET_MS:g}")
    for name, text in CASES.items():
        found = measured(app, name, text, strokes)
        spent, worked = sorted(clock for clock, _ in found), sorted(own for _, own in found)
        p50, p95 = spent[len(spent) // 2], spent[int(len(spent) * 0.95)]
        own = worked[int(len(worked) * 0.95)]
        print(f"{name:34} {p50:7.2f} {p95:7.2f} {spent[-1]:7.2f} {own:9.2f}")
    del collector


def measured(app: QApplication, name: str, text: str, strokes: int) -> list[tuple[float, float]]:
    """Milliseconds of each keystroke: typing in the middle and at the end, and deleting."""
    with tempfile.TemporaryDirectory() as home:
        desk = Desk(Path(home))
        panel = ComposerPanel(desk.studio, ThemeSource(app, Theme.DARK))
        desk.studio.changed.connect(panel.show_state)
        panel.show_state(desk.studio.state)
        panel.resize(360, 1000)
        panel.show()
        panel.activateWindow()
        card = next(c for c in desk.studio.state.cards if c.model == "flux-2-pro")
        desk.studio.choose_model(*card.id)
        desk.studio.set_prompt(text)
        if "style" in name:
            desk.studio.set_style(Style("Ink", "{prompt}, in ink"))
        box = field_of(app, panel) if "form" in name else panel.prompt.box
        box.setFocus()
        cursor = box.textCursor()
        cursor.setPosition(box.document().characterCount() // 2)
        box.setTextCursor(cursor)
        app.processEvents()
        spent = []
        for number in range(strokes):
            if number == strokes // 2:
                box.moveCursor(QTextCursor.MoveOperation.End)
                app.processEvents()
            key = Qt.Key.Key_Backspace if number % 5 == 4 else Qt.Key.Key_X
            start, own = time.perf_counter(), time.thread_time()
            QTest.keyClick(box, key)
            app.processEvents()
            clock = time.perf_counter() - start
            spent.append((clock * 1000, (time.thread_time() - own) * 1000))
        desk.studio._saving.stop()
        panel.deleteLater()
        app.processEvents()
        desk.close()
        gc.collect()
        return spent


def field_of(app: QApplication, panel: ComposerPanel) -> PromptBox:
    """The field of the scene, once the form stands."""
    panel.prompt.faces.choose(Face.FORM)
    form = panel.prompt.faces.form
    assert form is not None
    while not form.is_whole():
        app.processEvents()
    row = form.rows.widget_at(("scene",))
    assert isinstance(row, FieldRow)
    return row.box


if __name__ == "__main__":
    main()
