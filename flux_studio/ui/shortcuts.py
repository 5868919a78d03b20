"""All keys of the studio in one table: what they do, which they are, and where they work.

The window makes its actions from the rows of `WINDOW`; panels bind their own keys and the sheet
(F1) shows all of them. Command stands for Ctrl on macOS, which Qt does by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.ui.widgets.tooltip import shortcut_text

WINDOW = QT_TRANSLATE_NOOP("Shortcuts", "Anywhere")
COMPOSER = QT_TRANSLATE_NOOP("Shortcuts", "Composer")
REFERENCES = QT_TRANSLATE_NOOP("Shortcuts", "Reference, in its slot or on the shelf")
FORM = QT_TRANSLATE_NOOP("Shortcuts", "Form of the prompt")
QUEUE = QT_TRANSLATE_NOOP("Shortcuts", "Queue, in the list of jobs")
WALL = QT_TRANSLATE_NOOP("Shortcuts", "Wall")
PICTURE = QT_TRANSLATE_NOOP("Shortcuts", "Chosen picture, on the wall, in viewer or inspector")
VIEWER = QT_TRANSLATE_NOOP("Shortcuts", "Viewer")
COMPARE = QT_TRANSLATE_NOOP("Shortcuts", "Compare")
BATCH = QT_TRANSLATE_NOOP("Shortcuts", "Batch")


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One row. `keys` are in Qt's portable form, several of them in the order of preference."""

    id: str
    text: str
    keys: tuple[str, ...]
    where: str = WINDOW

    @property
    def title(self) -> str:
        """What it does, translated."""
        return QCoreApplication.translate("Shortcuts", self.text)

    @property
    def place(self) -> str:
        """Where it works, translated."""
        return QCoreApplication.translate("Shortcuts", self.where)

    @property
    def key_words(self) -> tuple[str, ...]:
        """The keys as this system writes them."""
        return tuple(shortcut_text(each) or each for each in self.keys)


def _row(id_: str, text: str, *keys: str, where: str = WINDOW) -> Shortcut:
    return Shortcut(id_, text, keys, where)


SHORTCUTS = (
    _row("generate", QT_TRANSLATE_NOOP("Shortcuts", "Generate"), "Ctrl+Return"),
    _row(
        "generate_front",
        QT_TRANSLATE_NOOP("Shortcuts", "Generate at the front of the queue"),
        "Ctrl+Shift+Return",
    ),
    _row("prompt", QT_TRANSLATE_NOOP("Shortcuts", "Go to the prompt"), "Ctrl+L"),
    _row("search", QT_TRANSLATE_NOOP("Shortcuts", "Search"), "Ctrl+F"),
    _row(
        "undo",
        QT_TRANSLATE_NOOP(
            "Shortcuts", "Undo: in the composer the form, elsewhere marks and deletions"
        ),
        "Ctrl+Z",
    ),
    _row("redo", QT_TRANSLATE_NOOP("Shortcuts", "Redo what was undone"), "Ctrl+Shift+Z"),
    _row("palette", QT_TRANSLATE_NOOP("Shortcuts", "Find and run a command"), "Ctrl+K"),
    _row(
        "sweep",
        QT_TRANSLATE_NOOP("Shortcuts", "Sweep everything rejected into the bin"),
        "Ctrl+Shift+X",
    ),
    _row("paste", QT_TRANSLATE_NOOP("Shortcuts", "Paste pictures as references"), "Ctrl+V"),
    _row("jobs", QT_TRANSLATE_NOOP("Shortcuts", "Show all jobs"), "Ctrl+J"),
    _row(
        "rescue",
        QT_TRANSLATE_NOOP("Shortcuts", "Rescue what may have been paid"),
        "Ctrl+Shift+R",
    ),
    _row(
        "pause_queue",
        QT_TRANSLATE_NOOP("Shortcuts", "Pause the queue, or let it go on"),
        "Ctrl+Shift+P",
    ),
    _row("project", QT_TRANSLATE_NOOP("Shortcuts", "Choose the project"), "Ctrl+Shift+O"),
    _row("model_page", QT_TRANSLATE_NOOP("Shortcuts", "About the model"), "Ctrl+I"),
    _row("call", QT_TRANSLATE_NOOP("Shortcuts", "Show what will be sent"), "Ctrl+Shift+I"),
    _row("history", QT_TRANSLATE_NOOP("Shortcuts", "Earlier prompts"), "Ctrl+H"),
    _row("batch", QT_TRANSLATE_NOOP("Shortcuts", "Batch of many rows"), "Ctrl+Shift+B"),
    _row("templates", QT_TRANSLATE_NOOP("Shortcuts", "Templates and styles"), "Ctrl+T"),
    _row("shelf", QT_TRANSLATE_NOOP("Shortcuts", "Shelf of references"), "Ctrl+B"),
    _row(
        "sent",
        QT_TRANSLATE_NOOP("Shortcuts", "Show what is sent of the references"),
        "Ctrl+Alt+I",
    ),
    _row(
        "prompt_face",
        QT_TRANSLATE_NOOP("Shortcuts", "The prompt as text, as a form or as JSON"),
        "Ctrl+Shift+J",
    ),
    _row(
        "structured",
        QT_TRANSLATE_NOOP("Shortcuts", "Form and JSON of the prompt side by side"),
        "Ctrl+Alt+J",
    ),
    _row("color", QT_TRANSLATE_NOOP("Shortcuts", "Change the colour at the caret"), "Ctrl+Alt+C"),
    _row("import", QT_TRANSLATE_NOOP("Shortcuts", "Import pictures"), "Ctrl+O"),
    _row("keys", QT_TRANSLATE_NOOP("Shortcuts", "Keys"), "Ctrl+Shift+,"),
    _row("settings", QT_TRANSLATE_NOOP("Shortcuts", "Settings"), "Ctrl+,"),
    _row("shortcuts", QT_TRANSLATE_NOOP("Shortcuts", "Keyboard shortcuts"), "F1"),
    _row("full_screen", QT_TRANSLATE_NOOP("Shortcuts", "Full screen"), "F11"),
    _row("composer", QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the composer"), "Ctrl+1"),
    _row("inspector", QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the inspector"), "Ctrl+2"),
    _row("jobs_bar", QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the jobs"), "Ctrl+3"),
    _row("layout", QT_TRANSLATE_NOOP("Shortcuts", "Restore the layout"), "Ctrl+0"),
    _row("quit", QT_TRANSLATE_NOOP("Shortcuts", "Quit"), "Ctrl+Q"),
    _row(
        "price_line",
        QT_TRANSLATE_NOOP("Shortcuts", "Switch to a line of the price table"),
        *(f"Alt+{number}" for number in range(1, 10)),
        where=COMPOSER,
    ),
    _row(
        "walk",
        QT_TRANSLATE_NOOP("Shortcuts", "Walk through earlier prompts in the box"),
        "Alt+Up",
        "Alt+Down",
        where=COMPOSER,
    ),
    _row(
        "slot_name",
        QT_TRANSLATE_NOOP("Shortcuts", "Write its name, or use it from the shelf"),
        "Return",
        "Space",
        where=REFERENCES,
    ),
    _row(
        "slot_move",
        QT_TRANSLATE_NOOP("Shortcuts", "Earlier or later"),
        "Alt+Left",
        "Alt+Right",
        where=REFERENCES,
    ),
    _row("slot_crop", QT_TRANSLATE_NOOP("Shortcuts", "Crop and turn"), "C", where=REFERENCES),
    _row("slot_role", QT_TRANSLATE_NOOP("Shortcuts", "Give it a role"), "R", where=REFERENCES),
    _row("slot_sent", QT_TRANSLATE_NOOP("Shortcuts", "Show what is sent"), "I", where=REFERENCES),
    _row("slot_pin", QT_TRANSLATE_NOOP("Shortcuts", "Keep on the shelf"), "B", where=REFERENCES),
    _row("pin_rename", QT_TRANSLATE_NOOP("Shortcuts", "Rename"), "F2", where=REFERENCES),
    _row("slot_remove", QT_TRANSLATE_NOOP("Shortcuts", "Remove"), "Delete", where=REFERENCES),
    _row(
        "field_values",
        QT_TRANSLATE_NOOP("Shortcuts", "Values that are often written in a field of the form"),
        "Alt+Down",
        where=FORM,
    ),
    _row(
        "subject_move",
        QT_TRANSLATE_NOOP("Shortcuts", "Move the subject up or down in the form"),
        "Alt+Shift+Up",
        "Alt+Shift+Down",
        where=FORM,
    ),
    _row(
        "queue_move",
        QT_TRANSLATE_NOOP("Shortcuts", "Send the job earlier or later"),
        "Alt+Up",
        "Alt+Down",
        where=QUEUE,
    ),
    _row("queue_front", QT_TRANSLATE_NOOP("Shortcuts", "Send it next"), "Alt+Home", where=QUEUE),
    _row("queue_hold", QT_TRANSLATE_NOOP("Shortcuts", "Hold it, or let it go"), "H", where=QUEUE),
    _row("queue_edit", QT_TRANSLATE_NOOP("Shortcuts", "Bring it into the form"), "F2", where=QUEUE),
    _row("queue_remove", QT_TRANSLATE_NOOP("Shortcuts", "Take it out"), "Delete", where=QUEUE),
    _row("view", QT_TRANSLATE_NOOP("Shortcuts", "View the picture"), "Return", "Space", where=WALL),
    _row("larger", QT_TRANSLATE_NOOP("Shortcuts", "Larger pictures"), "Ctrl++", where=WALL),
    _row("smaller", QT_TRANSLATE_NOOP("Shortcuts", "Smaller pictures"), "Ctrl+-", where=WALL),
    _row("select_all", QT_TRANSLATE_NOOP("Shortcuts", "Select everything"), "Ctrl+A", where=WALL),
    _row(
        "select_one",
        QT_TRANSLATE_NOOP("Shortcuts", "Select one more, or not"),
        "Ctrl+Space",
        where=WALL,
    ),
    _row("pile", QT_TRANSLATE_NOOP("Shortcuts", "Open or close a pile"), "G", where=WALL),
    _row(
        "compare",
        QT_TRANSLATE_NOOP("Shortcuts", "Compare two to six pictures, or one with its source"),
        "C",
        where=WALL,
    ),
    _row("lineage_wall", QT_TRANSLATE_NOOP("Shortcuts", "Lineage"), "Y", where=WALL),
    _row(
        "close_card",
        QT_TRANSLATE_NOOP("Shortcuts", "Cancel or dismiss the job of a card"),
        "Delete",
        where=WALL,
    ),
    _row(
        "stars",
        QT_TRANSLATE_NOOP("Shortcuts", "Give stars; 0 takes them back"),
        "1",
        "2",
        "3",
        "4",
        "5",
        "0",
        where=PICTURE,
    ),
    _row("favourite", QT_TRANSLATE_NOOP("Shortcuts", "Favourite"), "F", where=PICTURE),
    _row("keep", QT_TRANSLATE_NOOP("Shortcuts", "Keep"), "K", where=PICTURE),
    _row("maybe", QT_TRANSLATE_NOOP("Shortcuts", "Maybe"), "M", where=PICTURE),
    _row("reject", QT_TRANSLATE_NOOP("Shortcuts", "Reject"), "X", where=PICTURE),
    _row(
        "label",
        QT_TRANSLATE_NOOP("Shortcuts", "Label red, yellow, green or blue"),
        "6",
        "7",
        "8",
        "9",
        where=PICTURE,
    ),
    _row("tag", QT_TRANSLATE_NOOP("Shortcuts", "Tag"), "T", where=PICTURE),
    _row("collection", QT_TRANSLATE_NOOP("Shortcuts", "Put into a collection"), "L", where=PICTURE),
    _row("project_mark", QT_TRANSLATE_NOOP("Shortcuts", "Put into a project"), "O", where=PICTURE),
    _row("note", QT_TRANSLATE_NOOP("Shortcuts", "Write a note"), "N", where=PICTURE),
    _row("alike", QT_TRANSLATE_NOOP("Shortcuts", "More like this"), "J", where=PICTURE),
    _row("delete", QT_TRANSLATE_NOOP("Shortcuts", "Move to the bin"), "Delete", where=PICTURE),
    _row("reference", QT_TRANSLATE_NOOP("Shortcuts", "Use as a reference"), "E", where=PICTURE),
    _row(
        "recall_all", QT_TRANSLATE_NOOP("Shortcuts", "Bring all settings back"), "A", where=PICTURE
    ),
    _row(
        "recall_prompt", QT_TRANSLATE_NOOP("Shortcuts", "Bring the prompt back"), "P", where=PICTURE
    ),
    _row("recall_seed", QT_TRANSLATE_NOOP("Shortcuts", "Bring the seed back"), "S", where=PICTURE),
    _row("recall_size", QT_TRANSLATE_NOOP("Shortcuts", "Bring the size back"), "D", where=PICTURE),
    _row(
        "again", QT_TRANSLATE_NOOP("Shortcuts", "Again, with a new seed"), "Ctrl+R", where=PICTURE
    ),
    _row("again_exact", QT_TRANSLATE_NOOP("Shortcuts", "Again, exactly"), "Ctrl+D", where=PICTURE),
    _row("vary", QT_TRANSLATE_NOOP("Shortcuts", "Vary: four more"), "Ctrl+G", where=PICTURE),
    _row("finish", QT_TRANSLATE_NOOP("Shortcuts", "Finish: better or larger"), "U", where=PICTURE),
    _row("copy", QT_TRANSLATE_NOOP("Shortcuts", "Copy the file"), "Ctrl+C", where=PICTURE),
    _row(
        "copy_bitmap",
        QT_TRANSLATE_NOOP("Shortcuts", "Copy the picture itself"),
        "Ctrl+Shift+C",
        where=PICTURE,
    ),
    _row("next", QT_TRANSLATE_NOOP("Shortcuts", "Next picture"), "Right", "PgDown", where=VIEWER),
    _row(
        "previous", QT_TRANSLATE_NOOP("Shortcuts", "Previous picture"), "Left", "PgUp", where=VIEWER
    ),
    _row("fit", QT_TRANSLATE_NOOP("Shortcuts", "Fit the window"), "W", where=VIEWER),
    _row("fill", QT_TRANSLATE_NOOP("Shortcuts", "Fill the window"), "Shift+W", where=VIEWER),
    _row("actual", QT_TRANSLATE_NOOP("Shortcuts", "Actual size"), "Z", where=VIEWER),
    _row("zoom", QT_TRANSLATE_NOOP("Shortcuts", "Zoom in and out"), "+", "-", where=VIEWER),
    _row("ground", QT_TRANSLATE_NOOP("Shortcuts", "Another ground"), "B", where=VIEWER),
    _row("info", QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the facts"), "I", where=VIEWER),
    _row("turn", QT_TRANSLATE_NOOP("Shortcuts", "Turn the view"), "R", "Shift+R", where=VIEWER),
    _row(
        "filmstrip", QT_TRANSLATE_NOOP("Shortcuts", "Show the filmstrip"), "Shift+T", where=VIEWER
    ),
    _row(
        "compare_source",
        QT_TRANSLATE_NOOP("Shortcuts", "Compare with its source"),
        "C",
        where=VIEWER,
    ),
    _row("lineage", QT_TRANSLATE_NOOP("Shortcuts", "Lineage"), "Y", where=VIEWER),
    _row(
        "own_window",
        QT_TRANSLATE_NOOP("Shortcuts", "In a window of its own"),
        "Shift+Return",
        where=VIEWER,
    ),
    _row("back", QT_TRANSLATE_NOOP("Shortcuts", "Back to the wall"), "Esc", where=VIEWER),
    _row(
        "compare_mode",
        QT_TRANSLATE_NOOP("Shortcuts", "Another way of comparing"),
        "V",
        "Shift+V",
        where=COMPARE,
    ),
    _row("flip", QT_TRANSLATE_NOOP("Shortcuts", "Flip in place"), "Space", where=COMPARE),
    _row("swap", QT_TRANSLATE_NOOP("Shortcuts", "Change sides"), "C", where=COMPARE),
    _row(
        "compare_next",
        QT_TRANSLATE_NOOP("Shortcuts", "The next picture to compare with"),
        "PgDown",
        "PgUp",
        where=COMPARE,
    ),
    _row(
        "differences",
        QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the differences in words"),
        "I",
        where=COMPARE,
    ),
    _row("lineage_compare", QT_TRANSLATE_NOOP("Shortcuts", "Lineage"), "Y", where=COMPARE),
    _row("batch_send", QT_TRANSLATE_NOOP("Shortcuts", "Send all rows"), "Ctrl+Return", where=BATCH),
    _row("batch_open", QT_TRANSLATE_NOOP("Shortcuts", "Open a CSV file"), "Ctrl+O", where=BATCH),
    _row(
        "batch_grid",
        QT_TRANSLATE_NOOP("Shortcuts", "Grid of two parameters"),
        "Ctrl+G",
        where=BATCH,
    ),
    _row(
        "batch_models",
        QT_TRANSLATE_NOOP("Shortcuts", "The prompt on several models"),
        "Ctrl+M",
        where=BATCH,
    ),
    _row("batch_add", QT_TRANSLATE_NOOP("Shortcuts", "Add a row"), "Ctrl+N", where=BATCH),
    _row(
        "batch_duplicate",
        QT_TRANSLATE_NOOP("Shortcuts", "Duplicate the rows"),
        "Ctrl+Shift+D",
        where=BATCH,
    ),
    _row("batch_fill", QT_TRANSLATE_NOOP("Shortcuts", "Fill down"), "Ctrl+D", where=BATCH),
    _row(
        "batch_remove",
        QT_TRANSLATE_NOOP("Shortcuts", "Remove the rows"),
        "Ctrl+Delete",
        where=BATCH,
    ),
    _row(
        "batch_offer",
        QT_TRANSLATE_NOOP("Shortcuts", "Take what is offered at a wrong cell"),
        "Alt+Return",
        where=BATCH,
    ),
    _row("batch_undo", QT_TRANSLATE_NOOP("Shortcuts", "Take a step back"), "Ctrl+Z", where=BATCH),
    _row("batch_redo", QT_TRANSLATE_NOOP("Shortcuts", "Do it again"), "Ctrl+Shift+Z", where=BATCH),
)


def window_shortcuts() -> tuple[Shortcut, ...]:
    """The rows that the window binds."""
    return tuple(row for row in SHORTCUTS if row.where == WINDOW)


def matching(rows: Iterable[Shortcut], text: str) -> list[Shortcut]:
    """Rows with every word of `text` in their title, place or keys, whatever the case."""
    words = text.casefold().split()
    return [row for row in rows if all(word in _haystack(row) for word in words)]


def _haystack(row: Shortcut) -> str:
    return " ".join((row.title, row.place, *row.keys, *row.key_words)).casefold()
