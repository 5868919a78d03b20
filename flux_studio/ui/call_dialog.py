"""What will really be sent: the call of the form as it stands, to read or to copy as code.

The key is never here: the engine spells the call out with the name of a variable in its place.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextOption
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.code_text import SpelledCall, as_curl, as_python, fields_of
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import set_icon
from flux_studio.ui.overlay_scroll import OverlayScrollArea
from flux_studio.ui.phrases import problem_words
from flux_studio.ui.references.sent_list import SentList
from flux_studio.ui.stepped_dialog import SteppedDialog
from flux_studio.ui.style import set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.key_value_rows import KeyValueRows, Row
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from flux_studio.ui.widgets.tooltip import announce, tooltip

SIZE = (620, 560)  # px, width × height
_LABEL_WIDTH = 200  # px: fields have long paths
_FIELDS, _CURL, _PYTHON, _PROMPTS = "fields", "curl", "python", "prompts"
_REFERENCES = "references"


class CallDialog(SteppedDialog):
    """Asks the studio for the call of its form and shows it. No signals."""

    def __init__(
        self, studio: Studio, parent: QWidget | None = None, *, in_steps: bool = False
    ) -> None:
        super().__init__(parent)
        self._studio, self._state = studio, studio.state
        self._texts: dict[str, str] = {}
        order = studio.state.check.order
        prompts = [request.prompt for request in order.requests] if order else []
        self._count, self._prompts = len(prompts), list(dict.fromkeys(prompts))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What will be sent"))
        self.setAccessibleName(self.tr("What will be sent"))
        self.references = SentList(studio) if order and order.requests[0].references else None
        self.begin(self._parts(), in_steps=in_steps)

    def _parts(self) -> Iterator[None]:
        """Everything in it, a part a step."""
        studio, state = self._studio, self._state
        self._make_parts()
        yield None
        self._lay_out()
        yield None
        studio.spelling.spelled.connect(self._on_spelled)
        studio.spelling.failed.connect(self.show_trouble)
        if not studio.spelling.ask(state):
            problems = state.check.problems
            words = " ".join(problem_words(problem) for problem in problems)
            self.show_trouble(self.tr("Nothing can be sent yet. {problem}").format(problem=words))

    def sizeHint(self) -> QSize:
        return QSize(*SIZE)

    def text(self) -> str:
        """The text of the chosen page, as it would be copied."""
        if self.pages.key() == _REFERENCES and self.references is not None:
            return self.references.text()
        return self._texts.get(self.pages.key(), "")

    @Slot(str)
    def show_trouble(self, sentence: str) -> None:
        """Why there is nothing to show."""
        self.head.hide()
        self.note.setText(sentence)
        for part in (self.pages, self.stack, self.copy):
            part.hide()

    def show_call(self, call: SpelledCall) -> None:
        self.head.setText(f"{call.method} {call.url}")
        self.note.setText(self._words(call))
        headers = [Row(name, value) for name, value in _headers(call)]
        body = [Row(path, value) for path, value in fields_of(call)]
        self.headers.show_rows(headers)
        self.body.show_rows(body)
        lines = [f"{row.label}: {row.value}" for row in (*headers, *body)]
        self._texts = {
            _FIELDS: "\n".join([self.head.text(), *lines, ""]),
            _CURL: as_curl(call),
            _PYTHON: as_python(call),
        }
        self._texts[_PROMPTS] = "\n\n".join(self._prompts) + "\n"
        for page, code in self.codes.items():
            code.setPlainText(self._texts[page])
        self.copy.setEnabled(True)

    def _words(self, call: SpelledCall) -> str:
        parts = [
            self.tr("The key is not in it: it is read from the variable {variable}.").format(
                variable=call.variable
            )
        ]
        if call.references:
            parts.append(
                self.tr("{name} and so on stand for the references.").format(name="@reference1")
            )
        if len(self._prompts) > 1:
            text = self.tr("This is the first of {count} calls: they differ in prompt and seed.")
            parts.append(text.format(count=self._count))
        elif self._count > 1:
            text = self.tr("One call makes one picture, so {count} like it are made.")
            parts.append(text.format(count=self._count))
        return " ".join(parts)

    def _make_parts(self) -> None:
        self.head = QLabel(self.tr("Asking…"))
        self.note = QLabel()
        for label in (self.head, self.note):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        set_type(self.head, "body", strong=True)
        self.head.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_tone(self.note, "muted")
        self.pages = SegmentedControl(
            self.tr("Shown as"),
            (
                Segment(_FIELDS, self.tr("Fields"), tip=self.tr("Read what is sent")),
                Segment(_CURL, "curl", tip=self.tr("A command for a shell")),
                Segment(_PYTHON, "Python", tip=self.tr("A script with httpx")),
                *self._prompt_segment(),
                *self._reference_segment(),
            ),
        )
        self.pages.segment_chosen.connect(self._on_page_chosen)
        self.headers, self.body = KeyValueRows(), KeyValueRows()
        for rows in (self.headers, self.body):
            rows.show_label_width(_LABEL_WIDTH)
        self.codes = {_CURL: _code(self.tr("curl command")), _PYTHON: _code(self.tr("Python"))}
        self.stack = QStackedWidget()
        self.stack.addWidget(OverlayScrollArea(self._fields()))
        if len(self._prompts) > 1:
            self.codes[_PROMPTS] = _code(self.tr("Prompts"))
        for code in self.codes.values():
            self.stack.addWidget(code)
        self._pages = [_FIELDS, *self.codes]
        if self.references is not None:
            self.stack.addWidget(self.references)
            self._pages.append(_REFERENCES)
        self._make_buttons()

    def _prompt_segment(self) -> list[Segment]:
        if len(self._prompts) < 2:
            return []
        words = self.tr("{count} prompts").format(count=len(self._prompts))
        return [Segment(_PROMPTS, words, tip=self.tr("Every prompt that will be sent"))]

    def _reference_segment(self) -> list[Segment]:
        if self.references is None:
            return []
        tip = self.tr("The copies that leave, and what of the files stays here")
        return [Segment(_REFERENCES, self.tr("References"), tip=tip)]

    def _make_buttons(self) -> None:
        self.copy = QPushButton(self.tr("Copy"))
        set_icon(self.copy, "copy", "on_accent")
        set_look(self.copy, "primary")
        self.copy.setToolTip(tooltip(self.tr("Copy what is shown")))
        self.copy.setEnabled(False)
        self.copy.setDefault(True)
        self.copy.clicked.connect(self._on_copy_clicked)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setToolTip(tooltip(self.tr("Close"), "Esc"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        for button in (self.copy, self.close_button):
            button.setAccessibleName(button.text())

    def _fields(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE.l, 0)
        column.setSpacing(SPACE.s)
        for title, rows in ((self.tr("Headers"), self.headers), (self.tr("Body"), self.body)):
            label = QLabel(title)
            label.setTextFormat(Qt.TextFormat.PlainText)
            set_type(label, "body", strong=True)
            column.addWidget(label)
            column.addWidget(rows)
        column.addStretch(1)
        return inner

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(SPACE.s)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.l, SPACE.l, SPACE.l)
        column.setSpacing(SPACE.m)
        for part in (self.head, self.note, self.pages):
            column.addWidget(part)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)

    @Slot(object)
    def _on_spelled(self, call: SpelledCall | None) -> None:
        if call is None:
            words = self.tr("Nothing is sent: this model draws on this computer.")
            self.show_trouble(words)
        else:
            self.show_call(call)

    @Slot(str)
    def _on_page_chosen(self, page: str) -> None:
        self.stack.setCurrentIndex(self._pages.index(page))

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
        announce(self, self.tr("Copied"))
        self.copy.setText(self.tr("Copied"))


def _headers(call: SpelledCall) -> list[tuple[str, str]]:
    """The headers for reading, the key as its variable."""
    key = f"{call.key_scheme} ${call.variable}".strip()
    return [(call.key_header, key), *call.headers] if call.variable else list(call.headers)


def _code(name: str) -> QPlainTextEdit:
    edit = QPlainTextEdit()
    edit.setReadOnly(True)
    edit.setAccessibleName(name)
    edit.setToolTip(tooltip(name))
    edit.setTabChangesFocus(True)
    edit.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    edit.setStyleSheet(f'QPlainTextEdit {{ font-family: "{font.family()}"; }}')
    return edit
