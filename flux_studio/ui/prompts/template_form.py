"""A new template: its name, its group and its text, with where the prompt goes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.prompt.style import PLACE
from flux_studio.session.studio import Studio
from flux_studio.storage.templates import PromptTemplate, TemplateRefused, checked_template
from flux_studio.ui.style import set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.tooltip import tooltip

SIZE = (480, 360)  # px, width × height


class TemplateForm(QDialog):
    """Begins with the present prompt. No signals: the prompt desk keeps the template."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("New template"))
        self.setAccessibleName(self.tr("New template"))
        self.name, self.group = QLineEdit(), QLineEdit()
        for field, words in ((self.name, self.tr("Name")), (self.group, self.tr("Group"))):
            field.setAccessibleName(words)
            field.setPlaceholderText(words)
            field.setToolTip(tooltip(words))
        self.text = QPlainTextEdit(studio.state.draft.prompt)
        self.text.setAccessibleName(self.tr("Text of the template"))
        self.text.setToolTip(tooltip(self.tr("With {prompt} in it the template is a style")))
        self.text.setTabChangesFocus(True)
        hint = QLabel(
            self.tr(
                "Write {prompt} where the typed prompt goes: then it is a style. "
                "Without it, it is a prompt of its own."
            )
        )
        hint.setTextFormat(Qt.TextFormat.PlainText)
        hint.setWordWrap(True)
        set_type(hint, "small")
        set_tone(hint, "muted")
        self.problem = ProblemLine()
        self._lay_out(hint)
        for signal in (self.name.textChanged, self.text.textChanged):
            signal.connect(self._check)
        self._check()
        self.name.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(*SIZE)

    def _lay_out(self, hint: QLabel) -> None:
        self.keep = QPushButton(self.tr("Keep"))
        self.keep.setToolTip(tooltip(self.tr("Keep this template"), "Return"))
        self.keep.setDefault(True)
        set_look(self.keep, "primary")
        self.keep.clicked.connect(self._on_keep_clicked)
        self.place = QPushButton(self.tr("Insert {prompt}"))
        self.place.setToolTip(tooltip(self.tr("Write {prompt} at the caret")))
        self.place.setAutoDefault(False)
        self.place.clicked.connect(lambda: self.text.insertPlainText(PLACE))
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setToolTip(tooltip(self.tr("Keep nothing"), "Esc"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        for button in (self.keep, self.place, cancel):
            button.setAccessibleName(button.text())
        names, foot = QHBoxLayout(), QHBoxLayout()
        for row in (names, foot):
            row.setSpacing(SPACE.s)
        names.addWidget(self.name, 2)
        names.addWidget(self.group, 1)
        foot.addWidget(self.place)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.l, SPACE.l, SPACE.l)
        column.setSpacing(SPACE.s)
        column.addLayout(names)
        column.addWidget(self.text, 1)
        column.addWidget(hint)
        column.addWidget(self.problem)
        column.addLayout(foot)

    def _check(self) -> None:
        """An empty field says nothing yet: it only keeps the button off."""
        sentence = ""
        try:
            checked_template(self.name.text() or "x", self.text.toPlainText() or "x")
        except TemplateRefused as error:
            sentence = str(error)
        self.problem.show_problem(sentence)
        whole = bool(self.name.text().strip()) and bool(self.text.toPlainText().strip())
        self.keep.setEnabled(whole and not sentence)

    def _on_keep_clicked(self) -> None:
        made = PromptTemplate(
            self.name.text(), self.text.toPlainText(), " ".join(self.group.text().split())
        )
        self._studio.prompts.save_template(made)
        self.accept()
