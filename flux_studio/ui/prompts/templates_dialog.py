"""Templates and styles: what they make, how they read around the prompt, and their files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from flux_studio.core.prompt.reading import read_prompt
from flux_studio.core.prompt.style import PLACE
from flux_studio.session.studio import Studio
from flux_studio.storage.templates import PromptTemplate
from flux_studio.ui.inspector.prompt_text import PromptText
from flux_studio.ui.overlay_scroll import OverlayScrollArea
from flux_studio.ui.prompts.card_list import Card, CardListView
from flux_studio.ui.prompts.template_form import TemplateForm
from flux_studio.ui.stepped_dialog import SteppedDialog
from flux_studio.ui.style import set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.wall.small_jpeg import image_of_jpeg
from flux_studio.ui.widgets.tooltip import tooltip

SIZE = (820, 600)  # px, width × height
LEAST = (680, 440)
_SIDE = 240  # px of the sample
_LIST = 320  # px, width of the list
_ENDING = ".toml"


class TemplatesDialog(SteppedDialog):
    """Asks the studio's prompt desk. TOML files can be dropped on it. No signals."""

    def __init__(
        self, studio: Studio, parent: QWidget | None = None, *, in_steps: bool = False
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._pictures: dict[str, QImage | None] = {}
        self._shown: list[PromptTemplate] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.setWindowTitle(self.tr("Templates and styles"))
        self.setAccessibleName(self.tr("Templates and styles"))
        self.begin(self._parts(), in_steps=in_steps)

    def _parts(self) -> Iterator[None]:
        """Everything in it, a part a step."""
        self._make_parts()
        yield None
        self._make_buttons()
        yield None
        self._lay_out()
        yield None
        self._studio.prompts.templates_changed.connect(self._show_list)
        self._show_list()
        self.setMinimumSize(*LEAST)
        self.resize(*SIZE)  # Qt would take two thirds of a small screen
        self.search.setFocus()

    def template(self) -> PromptTemplate | None:
        """The one that is pointed at."""
        place = self.list.current()
        return None if place is None or place >= len(self._shown) else self._shown[place]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the list and Enter takes, also while one types the search."""
        if self.search.hasFocus() and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.setFocus()
            self.list.keyPressEvent(event)
        elif self.search.hasFocus() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_use_clicked()
        else:
            super().keyPressEvent(event)

    # Files that are dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _template_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._studio.prompts.take_templates(_template_files(event.mimeData()))

    # Parts

    def _make_parts(self) -> None:
        self.search = QLineEdit()
        self.search.setAccessibleName(self.tr("Search templates"))
        self.search.setPlaceholderText(self.tr("Search templates"))
        self.search.setToolTip(tooltip(self.tr("Search by name, group or words")))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show_list)
        self.list = CardListView(self.tr("Templates"))
        self.list.pointed.connect(self._on_pointed)
        self.list.taken.connect(self._on_use_clicked)
        self.list.removal_asked.connect(self._on_delete_clicked)
        self.sample = QLabel()
        self.sample.setFixedSize(_SIDE, _SIDE)
        self.sample.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sample.setAccessibleName(self.tr("Sample made on Practice"))
        self.sample.setToolTip(tooltip(self.tr("Made on Practice, which draws and calls no model")))
        self.name, self.about, self.how = QLabel(), QLabel(), QLabel()
        for label in (self.name, self.about, self.how):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        set_type(self.name, "title", strong=True)
        set_type(self.how, "small")
        set_tone(self.about, "muted")
        set_tone(self.how, "muted")
        self.merged = PromptText(self.tr("The prompt with this template"))

    def _make_buttons(self) -> None:
        self.use = self._button(self.tr("Use"), self.tr("Use this template"), "Return")
        set_look(self.use, "primary")
        self.use.clicked.connect(self._on_use_clicked)
        self.make = self._button(
            self.tr("New…"), self.tr("Make a template from the present prompt"), ""
        )
        self.make.clicked.connect(self._on_new_clicked)
        self.take = self._button(
            self.tr("Import…"), self.tr("Take template files in; they can be dropped here too"), ""
        )
        self.take.clicked.connect(self._on_import_clicked)
        self.give = self._button(
            self.tr("Export…"), self.tr("Write this template to a file to give away"), ""
        )
        self.give.clicked.connect(self._on_export_clicked)
        self.remove = self._button(self.tr("Delete"), self.tr("Delete this template"), "Delete")
        self.remove.clicked.connect(self._on_delete_clicked)
        self.close_button = self._button(self.tr("Close"), self.tr("Close"), "Esc")
        self.close_button.clicked.connect(self.reject)

    def _button(self, text: str, tip: str, shortcut: str) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setToolTip(tooltip(tip, shortcut))
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(SPACE.m)
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        self.list.setFixedWidth(_LIST)
        self.search.setFixedWidth(_LIST)
        inner = QWidget()
        right = QVBoxLayout(inner)
        right.setContentsMargins(0, 0, SPACE.l, 0)
        right.setSpacing(SPACE.s)
        for part in (self.sample, self.name, self.about, self.how, self.merged):
            right.addWidget(part)
        right.addStretch(1)
        self.list.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        middle = QHBoxLayout()
        middle.setSpacing(SPACE.l)
        middle.addLayout(left)
        middle.addWidget(OverlayScrollArea(inner), 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE.s)
        for button in (self.make, self.take, self.give, self.remove):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.l, SPACE.l, SPACE.l)
        column.setSpacing(SPACE.m)
        column.addLayout(middle, 1)
        column.addLayout(foot)

    # Rendering

    @Slot()
    def _show_list(self) -> None:
        words = self.search.text().casefold().split()
        self._shown = [each for each in self._studio.prompts.templates if _has(each, words)]
        self.list.show_cards([self._card(place) for place in range(len(self._shown))])
        for place, template in enumerate(self._shown):
            key = str(template.sample)
            if template.sample is not None and key not in self._pictures:
                self._pictures[key] = None
                shown = partial(self._on_sample_read, key, place)
                self._studio.prompts.ask_sample(template, _sample, shown)
        self._show_one()

    def _card(self, place: int) -> Card:
        template = self._shown[place]
        kind = self.tr("style") if template.style else self.tr("prompt")
        note = " · ".join(part for part in (template.group, kind) if part)
        if not template.shipped:
            note = f"{note} · {self.tr('yours')}"
        picture = self._pictures.get(str(template.sample))
        return Card(place, template.name, "", note, None, True, picture)

    def _show_one(self) -> None:
        template = self.template()
        for part in (self.use, self.give):
            part.setEnabled(template is not None)
        self.remove.setEnabled(template is not None and not template.shipped)
        if template is None:
            for label in (self.name, self.about, self.how):
                label.clear()
            self.name.setText(self.tr("No template fits."))
            self.merged.show_prompt("")
            self.sample.hide()
            return
        self.name.setText(template.name)
        self.about.setText(template.about)
        self.about.setVisible(bool(template.about))
        self.how.setText(self._how(template))
        self.merged.show_prompt(self._merged(template))
        picture = self._pictures.get(str(template.sample))
        self.sample.setVisible(picture is not None)
        if picture is not None:
            self.sample.setPixmap(_pixmap(picture, self.devicePixelRatioF()))

    def _how(self, template: PromptTemplate) -> str:
        if template.style is None:
            return self.tr("Takes the place of the prompt:")
        if not self._studio.state.draft.prompt.strip():
            return self.tr("Goes around what you type:")
        return self.tr("With your prompt it reads:")

    def _merged(self, template: PromptTemplate) -> str:
        typed = self._studio.state.draft.prompt.strip()
        if template.style is None or not typed:
            return template.text
        if read_prompt(typed).is_json:
            return self.tr("A JSON prompt stands by itself: no style goes around it.")
        return template.text.replace(PLACE, typed)

    # Answers

    def _on_sample_read(self, key: str, place: int, picture: QImage | None) -> None:
        if not isValid(self):  # closed before the answer came
            return
        self._pictures[key] = picture
        if place < len(self._shown) and str(self._shown[place].sample) == key:
            self.list.cards.show_card(place, self._card(place))
            if place == self.list.current():
                self._show_one()

    @Slot(int)
    def _on_pointed(self, _: int) -> None:
        self._show_one()

    @Slot()
    def _on_use_clicked(self) -> None:
        template = self.template()
        if template is not None:
            self._studio.prompts.use_template(template)
            self.accept()

    def _on_new_clicked(self) -> None:
        TemplateForm(self._studio, self).open()

    def _on_import_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Import templates"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self.tr("Templates") + f" (*{_ENDING})")
        dialog.filesSelected.connect(self._on_files_selected)
        dialog.open()

    def _on_files_selected(self, names: list[str]) -> None:
        self._studio.prompts.take_templates([Path(name) for name in names])

    def _on_export_clicked(self) -> None:
        template = self.template()
        if template is None:
            return
        dialog = QFileDialog(self, self.tr("Export the template"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_ENDING.lstrip("."))
        dialog.selectFile(f"{template.name}{_ENDING}")
        dialog.fileSelected.connect(
            lambda name: self._studio.prompts.give_template(template, Path(name))
        )
        dialog.open()

    def _on_delete_clicked(self) -> None:
        template = self.template()
        if template is not None and not template.shipped:
            self._studio.prompts.remove_template(template)


def _pixmap(picture: QImage, ratio: float) -> QPixmap:
    """The sample at its size on a screen of so many pixels per px."""
    side = round(_SIDE * ratio)
    smooth = Qt.TransformationMode.SmoothTransformation
    made = QPixmap.fromImage(picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth))
    made.setDevicePixelRatio(ratio)
    return made


def _has(template: PromptTemplate, words: list[str]) -> bool:
    whole = " ".join((template.name, template.group, template.about, template.text)).casefold()
    return all(word in whole for word in words)


def _template_files(mime: QMimeData) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() == _ENDING]


def _sample(jpeg: bytes | None) -> QImage | None:
    """On a worker."""
    return None if jpeg is None else image_of_jpeg(jpeg, (_SIDE * 2, _SIDE * 2))
