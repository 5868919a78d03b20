"""Draw every shared widget in dark and light to PNG files, for looking at.

    python -m tests.ui.look_widgets OUT

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QListView,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSlider,
    QSpinBox,
    QTabBar,
    QTableView,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from flux_studio.resources import resource_path
from flux_studio.ui.icons import set_icon
from flux_studio.ui.style import set_look, set_problem, set_surface, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.chip import Chip, FilterChip, KeyHint
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.empty_state import Card, EmptyState
from flux_studio.ui.widgets.field_label import FieldLabel, Rule, SectionHeader
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.key_value_rows import KeyValueRows, Row
from flux_studio.ui.widgets.number_field import NumberField
from flux_studio.ui.widgets.primary_button import PrimaryButton
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from flux_studio.ui.widgets.star_rating import StarRating
from flux_studio.ui.widgets.thin_progress import ThinProgress
from flux_studio.ui.widgets.toast import Toast
from flux_studio.ui.widgets.tooltip import tooltip
from tests.ui.looking_frame import Frame

PROMPT = "Put the bottle of @image1 on a wet basalt ledge at dusk, rim light in #C2536B"


def main() -> None:
    frame = Frame()
    app = frame.app
    window = gallery()
    icons = icon_sheet()
    menu = sample_menu()
    for theme in frame.themes():
        for name, widget in (("widgets", window), ("icons", icons), ("menu", menu)):
            widget.show()
            app.processEvents()
            frame.save(widget, f"{name}-{theme}")
        menu.hide()
        for name, widget in floating(window):
            app.processEvents()
            frame.save(widget, f"{name}-{theme}")
            widget.close()
        window.activateWindow()
        app.processEvents()
        frame.save(focus_sheet(window), f"focus-{theme}")
    for widget in (menu, icons, window):
        widget.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # before the application goes


def gallery() -> QWidget:
    window = QWidget()
    set_surface(window, "ground")
    window.resize(1180, 860)
    row = QHBoxLayout(window)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    for fill, width in ((composer, 360), (middle, 0), (inspector, 300)):
        column = QWidget()
        set_surface(column, "panel" if width else "ground")
        if width:
            column.setFixedWidth(width)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(SPACE.l, SPACE.m, SPACE.l, SPACE.l)
        layout.setSpacing(SPACE.s)
        fill(layout)
        if row.count():
            row.addWidget(Rule(upright=True))
        row.addWidget(column)
    toast = Toast(window)
    toast.show_notice("Moved 3 pictures to the bin.", action="Undo")
    return window


def floating(window: QWidget) -> Iterator[tuple[str, QWidget]]:
    """What opens above the window: a list of choices, a question, a tooltip."""
    combo = window.findChildren(QComboBox)[0]
    combo.showPopup()
    yield "popup", combo.view().window()
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("The outcome of this request is not known.")
    box.setInformativeText("fal may have accepted it. It is not sent again by itself.")
    box.setStandardButtons(QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Ok)
    box.show()
    yield "question", box
    QToolTip.showText(QPoint(10, 10), tooltip("Swap width and height", "Ctrl+Shift+X"), window)
    for each in QApplication.topLevelWidgets():
        if each.inherits("QTipLabel"):
            yield "tooltip", each


def focus_sheet(window: QWidget) -> QPixmap:
    """Every control as it looks with the keyboard focus, one after the other."""
    pieces = []
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            QApplication.processEvents()
            place = QRect(widget.mapTo(window, QPoint()), widget.size()).adjusted(-4, -4, 4, 4)
            if widget.isEnabled():
                pieces.append(window.grab(place))
        widget = widget.nextInFocusChain()
    sheet = QPixmap(760, 640)
    sheet.fill(QColor("#888888"))
    painter, left, top, tall = QPainter(sheet), 0, 0, 0
    for piece in pieces:
        size = piece.deviceIndependentSize().toSize()
        if left + size.width() > 760:
            left, top, tall = 0, top + tall + 2, 0
        painter.drawPixmap(left, top, piece)
        left, tall = left + size.width() + 2, max(tall, size.height())
    painter.end()
    return sheet


def composer(column: QVBoxLayout) -> None:
    prompt = FieldLabel("Prompt")
    prompt.add_tool(IconButton("history", "Prompt history", "Earlier prompts", "Alt+Up", edge=24))
    prompt.add_tool(IconButton("braces", "JSON prompt", "Structured prompt", edge=24))
    column.addWidget(prompt)
    text = QPlainTextEdit(PROMPT)
    text.setFixedHeight(76)
    column.addWidget(text)
    references = FieldLabel("References")
    references.show_note("2 of 8 · +$0.030")
    column.addWidget(references)
    presets = QHBoxLayout()
    for at, shape in enumerate(("1:1", "4:3", "3:4", "16:9")):
        tile = QPushButton(shape)
        set_look(tile, "segment")
        set_icon(tile, ("square", "rectangle-horizontal", "rectangle-vertical")[at % 3], "muted")
        tile.setCheckable(True)
        tile.setChecked(at == 3)
        presets.addWidget(tile)
    column.addLayout(presets)
    width, height = NumberField("Width", "W"), NumberField("Height", "H")
    width.show_value(1344)
    height.show_value(768)
    swap = IconButton("arrow-left-right", "Swap", "Swap width and height", role="text")
    lock = IconButton("lock", "Lock", "Keep the ratio", role="text", checkable=True)
    column.addLayout(_row(width, swap, height, lock))
    wrong = NumberField("Wrong", "W")
    wrong.show_value(1350)
    wrong.show_problem("Width must be a multiple of 16.")
    off = NumberField("Off", "H")
    off.show_value(768)
    off.setEnabled(False)
    column.addLayout(_row(wrong, off))
    line = ProblemLine()
    line.show_problem("Width must be a multiple of 16.", offer="Use 1344")
    column.addWidget(line)
    warn = ProblemLine()
    warn.show_problem("This model has no seed: the picture cannot be repeated.", tone="warn")
    column.addWidget(warn)
    column.addLayout(_row(seed_control(), QLineEdit("482 113 907"), _combo()))
    segments = [Segment(key, key.title(), both=True) for key in ("standard", "high", "raw")]
    column.addWidget(SegmentedControl("Quality", segments))
    radio = QRadioButton("One")
    radio.setChecked(True)
    column.addLayout(_row(_checked(True), _checked(False), _checked(True, False), radio))
    column.addLayout(
        _row(QLabel("RunAPI · pro"), Chip("cheapest", "accent"), Chip("16:9"), KeyHint("Ctrl+F"))
    )
    column.addStretch(1)
    for state in (("Generate 4", "$0.24", ""), ("Generate 4", "", "Write a prompt first.")):
        button = PrimaryButton("Generate", "sparkles", "Ctrl+Return")
        button.show_state(*state)
        column.addWidget(button)


def middle(column: QVBoxLayout) -> None:
    any_rating = FilterChip("Rating", "star", "Any rating")
    any_rating.setMenu(QMenu(any_rating))
    model = FilterChip("Model", "box", "FLUX.2 pro")
    model.setMenu(QMenu(model))
    model.show_choice("FLUX.2 pro", active=True)
    day = FilterChip("By day", "calendar", "By day")
    day.setCheckable(True)
    day.setChecked(True)
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setValue(50)
    column.addLayout(_row(day, any_rating, model, slider))
    column.addWidget(SectionHeader("Today", "12 pictures · $0.61"))
    for fraction in (0.62, None):
        bar = ThinProgress("Job")
        bar.show_fraction(fraction)
        column.addWidget(bar)
    budget = ThinProgress("Budget")
    budget.show_fraction(0.25)
    budget.show_mark(0.8)
    column.addLayout(_row(QLabel("Today $1.24"), budget, QLabel("of $5.00")))
    primary, danger, off, default = (QPushButton(t) for t in ("Save", "Delete", "Off", "Edit"))
    set_look(primary, "primary")
    set_look(danger, "danger")
    off.setEnabled(False)
    set_icon(default, "wand-sparkles")
    column.addLayout(_row(default, primary, danger, off))
    flat, link, spin = QPushButton("match source"), QPushButton("Open folder"), QSpinBox()
    set_look(flat, "flat")
    set_icon(flat, "image", "muted")
    set_look(link, "link")
    spin.setValue(4)
    column.addLayout(_row(flat, link, spin))
    focused = QLineEdit()
    focused.setPlaceholderText("Search prompts, model:flex size:>2mp …")
    wrong = QLineEdit("wrong")
    set_problem(wrong, True)
    column.addLayout(_row(focused, wrong))
    tabs = QTabBar()
    for name in ("General", "Keys", "Storage"):
        tabs.addTab(name)
    column.addWidget(tabs)
    column.addLayout(_row(_list(), _table()))
    empty = EmptyState(
        "images", "No pictures yet", "Write a prompt and press Generate. Practice is free."
    )
    empty.add_button("Try a sample", "sparkles", primary=True)
    empty.add_button("Open a library", "folder-open")
    column.addWidget(empty, 1)


def inspector(column: QVBoxLayout) -> None:
    words = QLabel("Layered hills in the last light, warm haze, a low sun over the third ridge")
    words.setWordWrap(True)
    column.addWidget(words)
    stars = StarRating("Rating")
    stars.show_rating(4)
    tools = [IconButton(icon, icon, icon) for icon in ("heart", "tag", "copy")]
    column.addLayout(_row(stars, None, *tools))
    column.addWidget(Rule())
    facts = KeyValueRows()
    facts.show_rows(
        [
            Row("Model", "FLUX.2 pro · Runflow"),
            Row("Size", "1024 × 1024 · PNG · 1.4 MB"),
            Row("Seed", "482 113 907"),
            Row("Cost", "$0.030 charged · as estimated"),
            Row("Repeatable", "likely, same model and seed, unless the provider changes it"),
            Row("State", "outcome unknown", "danger"),
        ]
    )
    column.addWidget(facts)
    column.addWidget(Rule())
    column.addWidget(ElidedLabel("A long name of a picture that does not fit into the line at all"))
    for size in ("small", "body", "title", "display"):
        label = QLabel(f"{size} Flux Studio")
        set_type(label, size)
        column.addWidget(label)
    for tone in ("muted", "danger", "ok", "warn", "accent"):
        label = QLabel(f"{tone}: 1 outcome unknown")
        set_tone(label, tone)
        column.addWidget(label)
    grid = QGridLayout()
    grid.setSpacing(SPACE.s)
    for at, (text, icon) in enumerate(
        (
            ("Edit", "wand-sparkles"),
            ("Again", "refresh-cw"),
            ("Compare", "columns-2"),
            ("Export", "share"),
        )
    ):
        button = QPushButton(text)
        set_icon(button, icon)
        grid.addWidget(button, at // 2, at % 2)
    column.addLayout(grid)
    card = Card()
    card.body.addWidget(QLabel("A card"))
    column.addWidget(card)
    column.addStretch(1)


def seed_control() -> SegmentedControl:
    return SegmentedControl(
        "Seed mode",
        (
            Segment("random", "Random", "dices"),
            Segment("fixed", "Fixed", "lock"),
            Segment("step", "Stepping", "chevrons-right"),
        ),
    )


def icon_sheet() -> QWidget:
    sheet = QWidget()
    grid = QGridLayout(sheet)
    grid.setSpacing(2)
    names = sorted(p.stem for p in resource_path("icons").glob("*.svg") if "flux" not in p.stem)
    for at, name in enumerate(names):
        size = 16 if at % 2 else 20
        grid.addWidget(IconButton(name, name, name, role="text", size=size), at // 20, at % 20)
    return sheet


def sample_menu() -> QMenu:
    menu = QMenu()
    for text, icon in (("Use as reference", "image-plus"), ("Compare", "columns-2")):
        set_icon(menu.addAction(text), icon)
    menu.addSeparator()
    on = menu.addAction("Show badges")
    on.setCheckable(True)
    on.setChecked(True)
    menu.addAction("Not now").setEnabled(False)
    menu.addMenu("Open with")
    menu.setActiveAction(menu.actions()[1])
    return menu


def _row(*widgets: QWidget | None) -> QLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE.s)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row


def _combo() -> QComboBox:
    combo = QComboBox()
    combo.addItems(["PNG", "JPEG"])
    return combo


def _checked(on: bool, enabled: bool = True) -> QCheckBox:
    box = QCheckBox("Safe")
    box.setChecked(on)
    box.setEnabled(enabled)
    return box


def _model() -> QStandardItemModel:
    model = QStandardItemModel(6, 2)
    for at in range(6):
        model.setItem(at, 0, QStandardItem(f"Picture {at + 1}"))
        model.setItem(at, 1, QStandardItem("$0.030"))
    return model


def _list() -> QListView:
    view = QListView()
    view.ensurePolished()  # before the model: Qt lays rows out once, with the style it has then
    view.setFixedHeight(120)
    view.setModel(_model())
    view.setCurrentIndex(view.model().index(1, 0))
    return view


def _table() -> QTableView:
    view = QTableView()
    view.setFixedHeight(120)
    view.setModel(_model())
    view.verticalHeader().hide()
    view.horizontalHeader().setStretchLastSection(True)
    view.selectRow(1)
    return view


if __name__ == "__main__":
    main()
