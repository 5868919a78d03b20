"""How a job looks on the wall while its picture is not there: prompt, progress, words, what can be
done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainterPath,
    QPen,
    QPixmap,
    QTextLayout,
    QTextOption,
)

from flux_studio.core.job import Job, JobState
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.phrases import fetch_words, fraction_now
from flux_studio.ui.tokens import ICON, SHAPE, SPACE
from flux_studio.ui.wall import words
from flux_studio.ui.wall.cell_painting import RADIUS, Brushwork
from flux_studio.ui.widgets.thin_progress import paint_progress

FOOT = 0.88  # opaque enough for words at 4.5:1 on any picture
NARROW = 80  # px; below this a card has no room for its prompt


@dataclass(frozen=True, slots=True)
class CardButtons:
    """Where a card is pressed: `close` cancels or dismisses, `resolve` is there for unknown
    jobs.
    """

    close: QRect
    resolve: QRect | None


def card_buttons(rect: QRect, job: Job) -> CardButtons:
    """The buttons of a card in `rect`."""
    edge = SHAPE.target
    inset = 6
    close = QRect(rect.right() - edge - inset + 1, rect.bottom() - edge - inset + 1, edge, edge)
    if job.state is not JobState.UNKNOWN:
        return CardButtons(close, None)
    height = min(SHAPE.icon_button, rect.height() // 3)
    wide = rect.width() - 2 * SPACE.m
    resolve = QRect(rect.left() + SPACE.m, rect.bottom() - height - SPACE.m + 1, wide, height)
    return CardButtons(QRect(), resolve)


def paint_card(
    brush: Brushwork,
    rect: QRect,
    job: Job,
    now: datetime,
    *,
    hot: str,
    has_focus: bool,
    preview: QPixmap | None = None,
) -> None:
    """A job's card. `hot` names the button under the pointer ('close', 'resolve' or ''); `preview`
    is an early look at the picture of a job that runs.
    """
    colors = brush.colors
    painter = brush.painter
    painter.setPen(QPen(QColor(colors.line), 1))
    painter.setBrush(QColor(colors.panel))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    painter.save()
    painter.setClipRect(rect)
    if job.state in words.ON_THE_WAY:
        if preview is not None:
            _paint_preview(brush, rect, preview)
        _paint_waiting(brush, rect, job, now, with_prompt=preview is None)
    else:
        _paint_ended(brush, rect, job)
    buttons = card_buttons(rect, job)
    if buttons.resolve is not None:
        _paint_resolve(brush, buttons.resolve, is_hot=hot == "resolve")
    else:
        _paint_close(brush, buttons.close, is_hot=hot == "close", is_plain=has_focus)
    painter.restore()


def _paint_preview(brush: Brushwork, rect: QRect, preview: QPixmap) -> None:
    """The early look, cropped to the card, with a ground for the words at its foot."""
    whole = preview.rect()
    wanted = rect.size().scaled(whole.size(), Qt.AspectRatioMode.KeepAspectRatio)
    part = QRect(QPoint(0, 0), wanted)
    part.moveCenter(whole.center())
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
    painter = brush.painter
    painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
    painter.drawPixmap(rect, preview, part)
    foot = SHAPE.target + 2 * SPACE.m
    ground = QColor(brush.colors.panel)
    ground.setAlphaF(FOOT)
    painter.fillRect(rect.adjusted(0, rect.height() - foot, 0, 0), ground)


def _paint_waiting(
    brush: Brushwork, rect: QRect, job: Job, now: datetime, *, with_prompt: bool
) -> None:
    colors, painter = brush.colors, brush.painter
    inside = rect.adjusted(SPACE.m, SPACE.m, -SPACE.m, -SPACE.m)
    line = QFontMetrics(brush.small).lineSpacing()
    words_top = rect.bottom() + 1 - 6 - SHAPE.target
    bar_top = words_top - SPACE.s
    if with_prompt and rect.width() >= NARROW:
        room = max(1, min(3, (bar_top - inside.top() - SPACE.xs) // (line + 2)))
        top = QRect(inside.left(), inside.top(), inside.width(), room * (line + 2))
        waits = fetch_words(job, now)
        color = colors.warn if waits else colors.muted
        _paint_lines(brush, top, waits or job.request.prompt, brush.small, color)
    bar = QRectF(inside.left(), bar_top, inside.width(), 3)
    paint_progress(painter, bar, fraction_now(job, now) or 0.0, colors)
    text = QRect(inside.left(), words_top, inside.width() - SHAPE.target + SPACE.s, SHAPE.target)
    painter.setFont(brush.small)
    painter.setPen(QColor(colors.text))
    fitted = QFontMetrics(brush.small).elidedText(
        words.card_words(job, now), Qt.TextElideMode.ElideRight, text.width()
    )
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(text, int(flags), fitted)


def _paint_ended(brush: Brushwork, rect: QRect, job: Job) -> None:
    """What happened, whether it was charged, and then the sentence that explains it."""
    colors, painter = brush.colors, brush.painter
    is_unknown = job.state is JobState.UNKNOWN
    color = colors.warn if is_unknown else colors.danger
    inside = rect.adjusted(SPACE.m, SPACE.m, -SPACE.m, -SPACE.m)
    icon = QRectF(inside.left(), inside.top(), ICON.small, ICON.small)
    name = "life-buoy" if is_unknown else "circle-alert"
    if job.state is JobState.CANCELLED:
        name, color = "ban", colors.muted
    paint_icon(painter, icon, name, color)
    left = inside.left() + ICON.small + SPACE.s
    painter.setFont(brush.strong)
    painter.setPen(QColor(color))
    title = QRect(left, inside.top() - 2, inside.right() - left, 20)
    metrics = QFontMetrics(brush.strong)
    fitted = metrics.elidedText(words.card_title(job), Qt.TextElideMode.ElideRight, title.width())
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(title, int(flags), fitted)
    charge = QRect(inside.left(), inside.top() + 22, inside.width(), 16)
    painter.setFont(brush.small)
    painter.setPen(QColor(colors.text))
    fitted = QFontMetrics(brush.small).elidedText(
        words.card_charge(job), Qt.TextElideMode.ElideRight, charge.width()
    )
    painter.drawText(charge, int(flags), fitted)
    buttons = card_buttons(rect, job)
    end = (buttons.resolve or buttons.close).top() - SPACE.xs
    room = QRect(inside.left(), charge.bottom() + 4, inside.width(), end - charge.bottom() - 4)
    said = job.message or job.request.prompt
    _paint_lines(brush, room, said, brush.small, colors.muted)


def _paint_lines(brush: Brushwork, rect: QRect, text: str, font: QFont, color: str) -> None:
    """As many lines of plain text as fit, the last one with an ellipsis."""
    metrics = QFontMetrics(font)
    step = metrics.lineSpacing() + 2
    most = rect.height() // step
    painter = brush.painter
    painter.setFont(font)
    painter.setPen(QColor(color))
    for number, line in enumerate(_lines(" ".join(text.split()), font, rect.width(), most)):
        painter.drawText(rect.left(), rect.top() + metrics.ascent() + number * step, line)


def _lines(text: str, font: QFont, width: int, most: int) -> list[str]:
    """Text broken into at most `most` lines of `width` px."""
    if most < 1 or width < 8:
        return []
    layout = QTextLayout(text[:600], font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[str] = []
    while len(lines) < most:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        start = line.textStart()
        is_last = len(lines) == most - 1
        lines.append(text[start:] if is_last else text[start : start + line.textLength()])
    layout.endLayout()
    if lines:
        elide = Qt.TextElideMode.ElideRight
        lines[-1] = QFontMetrics(font).elidedText(lines[-1], elide, width)
    return lines


def _paint_close(brush: Brushwork, box: QRect, *, is_hot: bool, is_plain: bool) -> None:
    colors, painter = brush.colors, brush.painter
    if is_hot:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.hover))
        painter.drawRoundedRect(box, 4, 4)
    color = colors.text if is_hot or is_plain else colors.muted
    paint_icon(painter, QRectF(box).adjusted(5, 5, -5, -5), "x", color)


def _paint_resolve(brush: Brushwork, box: QRect, *, is_hot: bool) -> None:
    colors, painter = brush.colors, brush.painter
    painter.setPen(QPen(QColor(colors.edge), 1))
    painter.setBrush(QColor(colors.hover if is_hot else colors.raised))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), SHAPE.radius, SHAPE.radius)
    painter.setFont(brush.small)
    painter.setPen(QColor(colors.text))
    text = words.translate("Wall", "What to do…")
    fitted = QFontMetrics(brush.small).elidedText(
        text, Qt.TextElideMode.ElideRight, box.width() - SPACE.s
    )
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), fitted)
