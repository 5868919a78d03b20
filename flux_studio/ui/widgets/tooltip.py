"""Tooltips and announcements: words for those who hover and for those who listen."""

import html

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeySequence
from PySide6.QtWidgets import QWidget

_ONE_LINE = 64  # characters


def tooltip(text: str, shortcut: str | QKeySequence = "") -> str:
    """`text` and the keys that do the same, escaped: Qt would render it as HTML otherwise."""
    keys = shortcut_text(shortcut)
    words = html.escape(text, quote=False).replace("\n", "<br>")
    hint = f"&nbsp;&nbsp;<b>{html.escape(keys, quote=False)}</b>" if keys else ""
    if not words:
        return ""
    # Rich text is broken at a narrow width by default; a short tip belongs on one line.
    short = len(text) + len(keys) <= _ONE_LINE and "\n" not in text
    space = "nowrap" if short else "normal"
    return f'<qt><span style="white-space:{space}">{words}{hint}</span></qt>'


def shortcut_text(shortcut: str | QKeySequence) -> str:
    """How this system writes `shortcut` ("Ctrl+F" or a QKeySequence); empty for none."""
    keys = shortcut if isinstance(shortcut, QKeySequence) else QKeySequence(shortcut)
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Let a screen reader say `text` on behalf of `widget`; `urgent` interrupts what it says."""
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
