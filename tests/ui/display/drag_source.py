"""Another program: a window at a place of the screen, out of which one file can be dragged.

python drag_source.py FILE X Y
"""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            mime = QMimeData()
            mime.setUrls([QUrl.fromLocalFile(sys.argv[1])])
            drag = QDrag(self)
            drag.setMimeData(mime)
            drag.exec(Qt.DropAction.CopyAction)


def main() -> None:
    app = QApplication(sys.argv[:1])
    window = Source("A file to drag")
    window.setWindowFlag(Qt.WindowType.X11BypassWindowManagerHint)  # it stays where it is put
    window.setGeometry(int(sys.argv[2]), int(sys.argv[3]), 200, 200)
    window.show()
    app.processEvents()
    while not window.windowHandle().isExposed():
        app.processEvents()
    print("ready", flush=True)  # noqa: T201  # the answer of this program
    app.exec()


if __name__ == "__main__":
    main()
