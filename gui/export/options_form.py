"""The form of the export dialog: format, size, timing, contents, look. GUI thread; knows no scene."""

from collections.abc import Iterable
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QWidget

from engine.base.i18n import Language, Message, languages, message
from gui.export.arguments import SIZES
from gui.export.compose import suiting
from gui.export.spec import (
    BOTH,
    CARDS,
    FILMS,
    IN_SPACE,
    NUMBERS,
    SCRIPTS,
    SEE_THROUGH,
    VIEWS,
    Card,
    Carry,
    Spec,
    View,
    usual_theme,
)
from gui.i18n import tr
from gui.style import set_role
from gui.widgets import Choice, FlowLayout, NumberField, ProblemLabel, Segmented

FORMATS: Final[dict[str, Message]] = {
    "mp4": message("Film: MP4 (H.264)"),
    "webm": message("Film: WebM (VP9)"),
    "gif": message("Film: GIF"),
    "webp": message("Film: animated WebP"),
    "frames": message("Film: numbered PNG pictures"),
    "png": message("Picture: PNG"),
    "svg": message("Picture: SVG"),
    "pdf": message("Picture: PDF"),
    "csv": message("Numbers: CSV, every step"),
    "py": message("Code: Python script"),
    "torch.py": message("Code: PyTorch script (networks)"),
    "tex": message("Text: LaTeX document"),
    "tikz": message("Text: TikZ picture"),
}
SIZE_NAMES: Final = {
    "720p": "1280 × 720",
    "1080p": "1920 × 1080 (Full HD)",
    "1440p": "2560 × 1440",
    "4k": "3840 × 2160 (4K)",
    "square": "1080 × 1080 (1:1)",
    "portrait": "1080 × 1920 (9:16)",
}
VIEW_NAMES: Final[dict[View, Message]] = {
    "surface": message("Surface"),
    "contour": message("Contour map"),
    "prediction": message("Prediction ŷ"),
    "fit": message("The fit"),
    "network": message("Network"),
    "curves": message("Curves"),
}
CARD_NAMES: Final[dict[Card, Message]] = {
    "formula": message("Formula"),
    "step": message("Worked step"),
    "curve": message("Curve of f"),
    "caption": message("Caption"),
}


class OptionsForm(QWidget):
    """Edits a Spec and a format.

    Signals:
        changed(): any of it.
    """

    changed = Signal()

    def __init__(
        self, language: Language, theme: str, has_views: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(10)
        self._form = form
        self.kind = Choice([(key, tr(name)) for key, name in FORMATS.items()], tr("Format"))
        self.size_choice = Choice([*SIZE_NAMES.items(), ("own", tr("Other…"))], tr("Size"))
        self.size_choice.set_key("1080p")
        self.width_px = NumberField(1920, ge=16, le=16384, integer=True, name=tr("Width, px"))
        self.height_px = NumberField(1080, ge=16, le=16384, integer=True, name=tr("Height, px"))
        self.fps = Choice([(fps, f"{fps}") for fps in (24, 25, 30, 50, 60)], tr("Frames a second"))
        self.fps.set_key(30)
        self.seconds = NumberField(
            None, gt=0, le=3600, optional=True, name=tr("Length, seconds; empty follows the steps")
        )
        self.seconds.setPlaceholderText(tr("auto"))
        self.speed = NumberField(None, gt=0, le=1e6, optional=True, name=tr("Optimizer steps a second"))
        self.speed.setPlaceholderText(tr("auto"))
        self.hold_first = NumberField(
            None, ge=0, le=60, optional=True, name=tr("How long the first frame stands, s")
        )
        self.hold_last = NumberField(
            None, ge=0, le=60, optional=True, name=tr("How long the last frame stands, s")
        )
        for field in (self.hold_first, self.hold_last):
            field.setPlaceholderText(tr("auto"))
        self.loop = QCheckBox(tr("Play again and again"))
        self.loop.setChecked(True)
        self.views = {view: QCheckBox(tr(name)) for view, name in VIEW_NAMES.items()}
        self.cards = {card: QCheckBox(tr(name)) for card, name in CARD_NAMES.items()}
        paths = [("still", tr("Still")), ("orbit", tr("Orbit"))]
        self.camera = Segmented([*paths, ("views", tr("Saved views"))] if has_views else paths, tr("Camera"))
        self.language = Segmented(list(languages().items()), tr("Language"))
        self.language.set_key(language)
        self.theme = Segmented([("light", tr("Light")), ("dark", tr("Dark"))], tr("Colours"))
        self.theme.set_key(theme)
        self._window_theme = theme
        self._theme_chosen = self._for_paper = False
        self.transparent = QCheckBox(tr("Transparent background"))
        self.carries = QCheckBox(tr("The lab, so that it opens again"))
        self.carries.setToolTip(tr("Dropped on the window, the file gives the lab back."))
        self.table = QCheckBox(tr("with its table"))
        for box in (self.carries, self.table):
            box.setChecked(True)
        self._has_table = False
        self._fields = (
            self.width_px,
            self.height_px,
            self.seconds,
            self.speed,
            self.hold_first,
            self.hold_last,
        )
        self.problem = ProblemLabel(self._fields)
        self._rows: dict[str, tuple[QWidget, ...]] = {}
        self._there: tuple[View, ...] = ()
        self._usual: tuple[View, ...] = ()
        self._add_rows()
        self._connect()
        self.set_views((*BOTH, "curves"), BOTH)

    def _add_rows(self) -> None:
        own = _pair(self.width_px, "×", self.height_px)
        hold = _pair(self.hold_first, "–", self.hold_last)
        views, cards = _flowing(self.views.values()), _flowing(self.cards.values())
        for name, label, field in (
            ("kind", tr("Format"), self.kind),
            ("size", tr("Size"), self.size_choice),
            ("own", "", own),
            ("fps", tr("Frames a second"), self.fps),
            ("seconds", tr("Length, s"), self.seconds),
            ("speed", tr("Steps a second"), self.speed),
            ("hold", tr("First, last stand, s"), hold),
            ("loop", "", self.loop),
            ("view", tr("Views"), views),
            ("cards", tr("Beside them"), cards),
            ("camera", tr("Camera"), self.camera),
            ("language", tr("Language"), self.language),
            ("theme", tr("Colours"), self.theme),
            ("transparent", "", self.transparent),
            ("carries", tr("Goes along"), _flowing((self.carries, self.table))),
            ("problem", "", self.problem),
        ):
            words = QLabel(label)
            set_role(words, "muted")
            self._form.addRow(words, field)
            self._rows[name] = (words, field)

    def _connect(self) -> None:
        self.theme.chosen.connect(self._on_theme)
        for widget in (
            self.kind,
            self.size_choice,
            self.fps,
            self.camera,
            self.language,
            self.theme,
        ):
            widget.chosen.connect(self._on_changed)
        for field in self._fields:
            field.value_edited.connect(self._on_changed)
        for box in (
            *self.views.values(),
            *self.cards.values(),
            self.transparent,
            self.loop,
            self.carries,
            self.table,
        ):
            box.toggled.connect(self._on_changed)

    def _on_theme(self, _key: object) -> None:
        self._theme_chosen = True

    def _on_changed(self, _value: object = None) -> None:
        light = usual_theme(str(self.kind.key), transparent=self.transparent.isChecked()) == "light"
        if light != self._for_paper:
            self._for_paper = light
            if not self._theme_chosen:
                self.theme.set_key("light" if light else self._window_theme)
        self._show_rows()
        self.changed.emit()

    def set_views(self, there: tuple[View, ...], usual: tuple[View, ...]) -> None:
        """Offer the views that there are; of another kind of lab, begin with the usual ones."""
        if there == self._there:
            return
        self._there = there
        for view, box in self.views.items():
            box.setVisible(view in there)
            box.setChecked(view in there and (box.isChecked() if usual == self._usual else view in usual))
        if usual != self._usual:
            self._usual = usual
            for card, check in self.cards.items():
                check.setChecked(card in suiting(usual))
        self._show_rows()

    def set_table(self, there: bool, *, too_large: bool = False) -> None:
        """Say whether the lab has a table that may go along."""
        self._has_table = there
        self.table.setEnabled(not too_large)
        self.table.setText(tr("its table stays out: over 1 MB") if too_large else tr("with its table"))
        self._show_rows()

    @property
    def _chosen(self) -> tuple[View, ...]:
        return tuple(view for view in VIEWS if self.views[view].isChecked())

    @property
    def _in_space(self) -> bool:
        """Whether a camera sees some of it."""
        return bool(IN_SPACE & set(self._chosen))

    def _show_rows(self) -> None:
        for view, box in self.views.items():
            box.setEnabled(self._chosen != (view,))  # something is drawn
        kind = str(self.kind.key)
        film = kind in FILMS or kind == "frames"
        drawn = kind not in NUMBERS
        shown = {
            "size": drawn,
            "own": drawn and self.size_choice.key == "own",
            "fps": film,
            "seconds": film,
            "speed": film and self.seconds.value is None,
            "hold": film,
            "loop": kind in ("gif", "webp"),
            "view": drawn,
            "cards": drawn,
            "camera": film and self._in_space,
            "language": drawn or kind in ("tex", *SCRIPTS),
            "theme": drawn,
            "transparent": kind in SEE_THROUGH or kind == "frames",
            "carries": drawn,
        }
        self.table.setVisible(self._has_table and self.carries.isChecked())
        for name, visible in shown.items():
            self._form.setRowVisible(self._rows[name][1], visible)

    @property
    def name_ending(self) -> str:
        """What a file name of the chosen format ends in."""
        kind = str(self.kind.key)
        return "-%04d.png" if kind == "frames" else f".{kind}"

    @property
    def faulty(self) -> bool:
        """Whether a number is being typed that cannot be used."""
        return any(field.problem for field in self._fields)

    @property
    def _carry(self) -> Carry:
        if not self.carries.isChecked():
            return "nothing"
        return "all" if self.table.isChecked() or not self._has_table else "no-table"

    def spec(self) -> Spec:
        """What the form says."""
        kind = str(self.kind.key)
        key: Any = self.size_choice.key
        own = (int(self.width_px.value or 0), int(self.height_px.value or 0))
        fps: Any = self.fps.key
        camera: Any = self.camera.key
        language: Any = self.language.key
        theme: Any = self.theme.key
        see_through = kind in SEE_THROUGH or kind == "frames"
        return Spec(
            size_px=SIZES.get(key, own),
            fps=float(min(fps, 50) if kind == "gif" else fps),
            seconds=self.seconds.value,
            speed=self.speed.value if self.seconds.value is None else None,
            hold_first_s=self.hold_first.value,
            hold_last_s=self.hold_last.value,
            loop=self.loop.isChecked() or kind not in ("gif", "webp"),
            views=self._chosen,
            cards=tuple(card for card in CARDS if self.cards[card].isChecked()),
            language=language,
            theme=theme,
            transparent=see_through and self.transparent.isChecked(),
            camera=camera if self._in_space else "still",
            carry=self._carry,
        )


def _flowing(boxes: Iterable[QWidget]) -> QWidget:
    """Boxes in as many rows as they need."""
    row = QWidget()
    flow = FlowLayout(row, spacing_px=10)
    for box in boxes:
        flow.addWidget(box)
    return row


def _pair(first: QWidget, between: str, second: QWidget) -> QWidget:
    """Two fields side by side."""
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    row.addWidget(first)
    row.addWidget(QLabel(between))
    row.addWidget(second)
    row.addStretch(1)
    return pair
