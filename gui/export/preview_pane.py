"""The preview in the export dialog: the picture or the text of the file, and the slider of its moment.

GUI thread. It shows what it is given; `preview` draws.
"""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QImage, QPen, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.export.painting import painting
from gui.i18n import tr
from gui.style import set_role
from gui.theme import Theme
from gui.widgets import ValueSlider

LEAST: Final = QSize(360, 260)
TEXT_SHOWN: Final = 100_000  # characters of a file of numbers
MOMENT_WIDTH_PX: Final = 150


class PreviewPane(QFrame):
    """The card on the left of the dialog.

    Signals:
        moved: the slider of the moment was dragged.
    """

    moved = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edge = theme.color("border")
        set_role(self, "card")
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(LEAST)
        self.picture.setWordWrap(True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._shown = QStackedWidget()
        for page in (self.picture, self.text):
            page.setAccessibleName(tr("Preview of the exported frame"))
            self._shown.addWidget(page)
        self.slider = ValueSlider(0.0, 1.0, 0.0, name=tr("Moment of the preview"))
        self.slider.value_dragged.connect(lambda _: self.moved.emit())
        self._moment = QLabel()
        self._moment.setMinimumWidth(MOMENT_WIDTH_PX)
        set_role(self._moment, "muted")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(10, 10, 10, 10)
        inside.addWidget(self._shown, 1)
        below = QHBoxLayout()
        below.addWidget(self.slider, 1)
        below.addWidget(self._moment)
        inside.addLayout(below)

    def show_image(self, image: QImage) -> None:
        """A picture that was drawn for the device pixels here."""
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self._shown.setCurrentWidget(self.picture)
        pixmap = QPixmap.fromImage(image)
        with painting(pixmap) as painter:  # its edge: the picture may be as light as the card
            painter.setPen(QPen(self._edge, 0))
            painter.drawRect(QRectF(QPointF(), pixmap.deviceIndependentSize()).adjusted(0.5, 0.5, -0.5, -0.5))
        self.picture.setPixmap(pixmap)

    def show_scaled(self, image: QImage) -> None:
        """A picture of any size, as large as there is room."""
        room = self.picture.size() * self.devicePixelRatioF()
        mode = Qt.TransformationMode.SmoothTransformation
        self.show_image(image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, mode))

    def show_text(self, text: str) -> None:
        """The beginning of `text`."""
        self._shown.setCurrentWidget(self.text)
        cut = len(text) > TEXT_SHOWN
        self.text.setPlainText(text[:TEXT_SHOWN] + ("\n…" if cut else ""))

    def show_slider(self, visible: bool) -> None:
        """Whether what is exported has a moment."""
        self.slider.setVisible(visible)
        self._moment.setVisible(visible)

    def say_moment(self, text: str) -> None:
        """Where the slider stands, in words beside it."""
        self._moment.setText(text)
