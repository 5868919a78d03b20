"""The project that pictures are made for: chosen, begun or renamed from one button."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu, QSizePolicy, QWidget

from flux_studio.session.project_desk import MOST_CHARACTERS
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.chip import FilterChip
from flux_studio.ui.widgets.tooltip import tooltip

SHORTCUT = "Ctrl+Shift+O"
WIDTH = 180  # px at most
_LEAST = 52  # px: icon and chevron
_AROUND = 64  # px around the name: icon, chevron, edges
_LEAST_NAME = 40  # px, below which a cut name says nothing
_MENU_CHARACTERS = 48  # a longer name is cut in the menu


class ProjectChooser(FilterChip):
    """Shows the project of the form. No signals: it asks the studio's project desk."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Project"), "folder", "", "", parent)
        self._studio = studio
        self._name = ""
        self._menu = QMenu(self)
        self._menu.setAccessibleName(self.tr("Projects"))
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self.setMaximumWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_state(studio.state)

    def show_state(self, state: StudioState) -> None:
        """Show the project of the form."""
        name = state.draft.project
        shown = name or self.tr("No project")
        if self.accessibleDescription() != shown:
            self._name = name
            self._cut(self.width())  # another width comes as an event
            self.updateGeometry()

    @Slot()
    def open(self) -> None:
        """Open the menu, for the keyboard."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.showMenu()

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        # A little more than it says: at fractions of a pixel it would be cut.
        whole = self.fontMetrics().horizontalAdvance(self._shown()) + _AROUND + SPACE.xs
        return QSize(min(WIDTH, whole), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut(event.size().width())

    def _shown(self) -> str:
        return self._name or self.tr("No project")

    def _cut(self, width: int) -> None:
        """The name as far as there is room; where there is hardly any, the icon stands alone."""
        room, shown = width - _AROUND, self._shown()
        cut = self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, room)
        self.show_choice(cut if room >= _LEAST_NAME else "", active=bool(self._name))
        self.setAccessibleDescription(shown)
        tip = self.tr("Project: {name}. Its pictures and its money are counted together")
        self.setToolTip(tooltip(tip.format(name=shown), SHORTCUT))

    def _fill(self) -> None:
        state, menu = self._studio.state, self._menu
        menu.clear()
        group = QActionGroup(menu)
        for name in ("", *state.projects):
            action = self._choice(name, chosen=name == state.draft.project)
            group.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        new = menu.addAction(self.tr("New project…"))
        new.triggered.connect(self._on_new_triggered)
        if state.draft.project:
            rename = menu.addAction(self.tr("Rename project…"))
            rename.triggered.connect(self._on_rename_triggered)

    def _choice(self, name: str, *, chosen: bool) -> QAction:
        text = name or self.tr("No project")
        if len(text) > _MENU_CHARACTERS:
            text = f"{text[:_MENU_CHARACTERS]}…"
        action = QAction(text.replace("&", "&&"), self._menu)
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(partial(self._on_name_triggered, name))
        return action

    def _on_name_triggered(self, name: str, _checked: bool = False) -> None:
        self._studio.projects.choose(name)

    @Slot()
    def _on_new_triggered(self) -> None:
        dialog = self._asking(self.tr("New project"), "")
        dialog.textValueSelected.connect(self._studio.projects.choose)
        dialog.open()

    @Slot()
    def _on_rename_triggered(self) -> None:
        dialog = self._asking(self.tr("Rename project"), self._studio.state.draft.project)
        dialog.textValueSelected.connect(self._studio.projects.rename)
        dialog.open()

    def _asking(self, title: str, name: str) -> QInputDialog:
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setAccessibleName(title)
        dialog.setLabelText(self.tr("Name"))
        dialog.setTextValue(name)
        field = dialog.findChild(QLineEdit)
        if field is not None:
            field.setMaxLength(MOST_CHARACTERS)
            field.setAccessibleName(self.tr("Name of the project"))
        self.dialog = dialog
        return dialog
