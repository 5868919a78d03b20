"""A window of another program that takes what is dropped on it, prints what that was, and ends."""

import json
import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel


class Target(QLabel):
    def __init__(self) -> None:
        super().__init__("Drop here")
        self.setWindowTitle("Drop target")
        self.setAcceptDrops(True)
        self.resize(240, 160)
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)

    def dragEnterEvent(self, event) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event) -> None:
        mime = event.mimeData()
        said = {
            "formats": mime.formats(),
            "urls": [url.toString() for url in mime.urls()],
            "jpeg": len(mime.data("image/jpeg")),
        }
        event.acceptProposedAction()
        print(json.dumps(said), flush=True)  # noqa: T201  # the answer of this program
        QApplication.exit(0)


app = QApplication(sys.argv)
target = Target()
target.show()
sys.exit(app.exec())
