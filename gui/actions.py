"""Everything the menus, the buttons above the views and the shortcuts can do. GUI thread."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolButton, QWidget

from engine.base.i18n import languages
from engine.document.lab import Colormap, Display
from gui.arrangement import Arrangement
from gui.files import Files
from gui.i18n import language, tr
from gui.panels.data_sets import fill_data_sets
from gui.panels_menu import PanelsMenu
from gui.player import Player
from gui.store import Change, Store
from gui.theme import Theme
from gui.widgets.icons import IconButton

if TYPE_CHECKING:
    from gui.contour.view import ContourView
    from gui.surface.camera import ViewName
    from gui.surface.view import SurfaceView


class Actions(QObject):
    """The menus of a window, and the buttons above its views.

    Signals:
        language_chosen(str), projector_chosen(bool), theme_chosen(str): the window is to be another.
        table_chosen(Data): one that ships.
    """

    language_chosen = Signal(str)
    projector_chosen = Signal(bool)
    theme_chosen = Signal(str)
    table_chosen = Signal(object)

    def __init__(
        self,
        window: QMainWindow,
        store: Store,
        player: Player,
        files: Files,
        arrangement: Arrangement,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._store = store
        self._arrangement = arrangement
        self._theme = theme
        self._toggles: dict[str, list[tuple[QAction, Any]]] = {}
        self._file_menu(files)
        self._edit_menu()
        self._view_menu()
        window.menuBar().addMenu(PanelsMenu(arrangement, window))
        self._run_menu(player)
        self._help_menu()
        store.lab_changed.connect(self._on_lab_changed)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Of the dialogs that are still to come."""
        self._theme = theme

    # Menus

    def _file_menu(self, files: Files) -> None:
        menu = self._menu(tr("&File"))
        self._add(menu, tr("&New"), files.new, QKeySequence.StandardKey.New)
        self._add(menu, tr("&Open…"), files.open, QKeySequence.StandardKey.Open)
        recent = menu.addMenu(tr("Open &recent"))
        menu.aboutToShow.connect(lambda: files.fill_recent(recent))
        examples = menu.addMenu(tr("&Examples"))
        examples.aboutToShow.connect(lambda: files.fill_examples(examples))
        tables = menu.addMenu(tr("&Data sets"))
        tables.setToolTipsVisible(True)
        fill_data_sets(tables, self.table_chosen.emit)
        menu.addSeparator()
        self._add(menu, tr("&Save"), files.save, QKeySequence.StandardKey.Save)
        self._add(menu, tr("Save &as…"), files.save_as, QKeySequence.StandardKey.SaveAs)
        menu.addSeparator()
        self._add(menu, tr("E&xport…"), self._export, QKeySequence("Ctrl+E"))
        menu.addSeparator()
        self._add(menu, tr("&Quit"), self._window.close, QKeySequence.StandardKey.Quit)

    def _edit_menu(self) -> None:
        menu = self._menu(tr("&Edit"))
        self._undo = self._add(menu, tr("&Undo"), self._store.undo, QKeySequence.StandardKey.Undo)
        self._redo = self._add(menu, tr("&Redo"), self._store.redo, QKeySequence.StandardKey.Redo)

    def _view_menu(self) -> None:
        menu = self._menu(tr("&View"))
        surface = self._surface_menu = QMenu(tr("&Surface"), self._window)
        contour = self._contour_menu = QMenu(tr("Contour &map"), self._window)
        both = self._shared_menu_items()
        for part in (surface, contour):
            part.addActions(both)
            part.addSeparator()
        for text, field in (
            (tr("Level lines on the surface"), "isolines"),
            (tr("Floor"), "floor"),
            (tr("Grid on the surface"), "grid_lines"),
            (tr("Wire frame"), "wire"),
        ):
            self._toggle(surface, text, field)
        self._choices(
            surface.addMenu(tr("&Opacity")),
            "opacity",
            [(part / 100, f"{part} %") for part in (100, 75, 50, 25)],
        )
        self._toggle(contour, tr("Labels on the lines"), "level_labels")
        self._choices(
            contour.addMenu(tr("&Gradient field")),
            "gradient_arrows",
            [("off", tr("Off")), ("unit", tr("Equal lengths")), ("scaled", tr("True lengths"))],
        )
        self._toggle(contour, tr("Lines of steepest descent"), "streamlines")
        self._toggle(contour, tr("Steepness |∇f| as heat"), "gradient_heat")
        self._toggle(contour, tr("Equal scale on both axes"), "equal_aspect")
        menu.addActions(both)
        menu.addSeparator()
        menu.addMenu(surface)
        menu.addMenu(contour)
        menu.addSeparator()
        self._theme_menu(menu)

    def _shared_menu_items(self) -> list[QAction]:
        """What both views have in common."""
        items = QMenu(self._window)
        names = {
            "viridis": tr("Viridis"),
            "cividis": tr("Cividis"),
            "magma": tr("Magma"),
            "turbo": tr("Turbo"),
            "diverging": tr("Diverging, centred at 0"),
            "gray": tr("Grey, for print"),
        }
        colors = [(name, names[name]) for name in get_args(Colormap)]
        self._choices(items.addMenu(tr("&Colours")), "colormap", colors)
        heights = [("linear", tr("Linear")), ("log", tr("Logarithmic"))]
        self._choices(items.addMenu(tr("&Heights")), "z_scale", heights)
        rules = [
            ("auto", tr("Automatic")),
            ("linear", tr("Evenly spaced")),
            ("quantile", tr("Equal areas (quantiles)")),
            ("log", tr("Logarithmic")),
        ]
        self._choices(items.addMenu(tr("&Level lines")), "levels", rules)
        slices = [(True, tr("Follow the run")), (False, tr("Stay at the start"))]
        self._choices(items.addMenu(tr("&Slice of more variables than two")), "follow", slices)
        self._toggle(items, tr("Critical points"), "critical_points")
        self._toggle(items, tr("Arrows of the update"), "update_arrows")
        self._toggle(items, tr("Local ellipse (Hessian at this step)"), "local_ellipse")
        return items.actions()

    def _theme_menu(self, menu: QMenu) -> None:
        looks = menu.addMenu(tr("&Look"))
        group = QActionGroup(self)
        for name, text in (("light", tr("Light")), ("dark", tr("Dark"))):
            action = looks.addAction(text, partial(self.theme_chosen.emit, name))
            action.setCheckable(True)
            action.setChecked(name == self._theme.name)
            group.addAction(action)
        looks.addSeparator()
        projector = looks.addAction(tr("Projector: large and high in contrast"))
        projector.setCheckable(True)
        projector.setChecked(self._theme.scale > 1)
        projector.toggled.connect(self.projector_chosen)
        self._add(menu, tr("&Full screen"), self._toggle_full_screen, QKeySequence("F11"))
        choices = menu.addMenu("Language · 언어")
        group = QActionGroup(self)
        for code, name in languages().items():
            action = choices.addAction(name, partial(self._choose_language, code))
            action.setCheckable(True)
            action.setChecked(code == language())
            group.addAction(action)

    def _run_menu(self, player: Player) -> None:
        menu = self._menu(tr("&Run"))
        for text, slot, key in (
            (tr("&Play or pause"), player.toggle, "Space"),
            (tr("Step &forward"), player.step_forward, "Right"),
            (tr("Step &back"), player.step_back, "Left"),
            (tr("&Restart"), player.restart, "Home"),
            (tr("Jump to the &end"), player.jump_to_end, "End"),
        ):
            self._add(menu, text, slot, QKeySequence(key))

    def _help_menu(self) -> None:
        menu = self._menu(tr("&Help"))
        self._add(menu, tr("About this &lab"), partial(self._arrangement.reveal, "note"))
        self._add(menu, tr("Formula &language"), self._formula_help, QKeySequence.StandardKey.HelpContents)
        self._add(menu, tr("&Keyboard and mouse"), self._keys, QKeySequence("Ctrl+/"))
        self._add(menu, tr("&About Nablascope"), self._about)

    # Buttons above the views

    def surface_buttons(self, view: "SurfaceView") -> list[QWidget]:
        """The views of the camera, and what is drawn."""
        menu = QMenu(self._window)
        places: tuple[tuple[ViewName, str], ...] = (
            ("home", tr("Home")),
            ("top", tr("From above")),
            ("front", tr("From the front")),
            ("side", tr("From the side")),
        )
        for name, text in places:
            menu.addAction(text, partial(view.go_to, name))
        menu.addSeparator()
        turning = menu.addAction(tr("Turn slowly"))
        turning.setCheckable(True)
        turning.toggled.connect(view.set_auto_rotate)
        flat = menu.addAction(tr("Orthographic"))
        flat.setCheckable(True)
        menu.aboutToShow.connect(lambda: flat.setChecked(self._store.view.camera.orthographic))
        flat.toggled.connect(self._set_orthographic)
        menu.addSeparator()
        menu.addAction(tr("Save this view for films"), self._save_view)
        forget = menu.addAction(tr("Forget the saved views"), self._forget_views)
        menu.aboutToShow.connect(lambda: forget.setEnabled(bool(self._store.lab.views)))
        return [
            _menu_button("settings", tr("What is drawn, and how"), self._surface_menu),
            _menu_button("eye", tr("Camera"), menu),
            _button("home", tr("Reset the camera"), lambda: view.go_to("home")),
        ]

    def contour_buttons(self, view: "ContourView") -> list[QWidget]:
        return [
            _menu_button("settings", tr("What is drawn, and how"), self._contour_menu),
            _button("home", tr("Show the whole domain"), view.reset_view),
        ]

    # What they do

    def _set_orthographic(self, on: bool) -> None:
        self._store.set_view(camera=replace(self._store.view.camera, orthographic=on))

    def _save_view(self) -> None:
        """Add the camera to the stations that a film can visit."""
        self._store.edit(views=(*self._store.lab.views, self._store.view.camera))

    def _forget_views(self) -> None:
        self._store.edit(views=())

    def _choose_language(self, code: str) -> None:
        if code != language():
            self.language_chosen.emit(code)

    def _toggle_full_screen(self) -> None:
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _export(self) -> None:
        from gui.export.dialog import ExportDialog

        ExportDialog(self._store, self._theme, self._window).show()

    def _formula_help(self) -> None:
        from gui.formula_help import show_formula_help

        show_formula_help(self._window)

    def _keys(self) -> None:
        from gui.about import show_keys

        show_keys(self._window)

    def _about(self) -> None:
        from gui.about import show_about

        show_about(self._window)

    # Making and refreshing

    def _menu(self, title: str) -> QMenu:
        return self._window.menuBar().addMenu(title)

    def _add(
        self,
        menu: QMenu,
        text: str,
        slot: Callable[[], object],
        key: QKeySequence | QKeySequence.StandardKey | None = None,
    ) -> QAction:
        action = menu.addAction(text)
        if key is not None:
            action.setShortcut(key)
        action.triggered.connect(lambda checked=False: slot())
        return action

    def _toggle(self, menu: QMenu, text: str, field: str) -> None:
        assert field in Display.__struct_fields__
        action = menu.addAction(text)
        action.setCheckable(True)
        action.triggered.connect(lambda checked: self._store.edit_display(**{field: checked}))
        self._toggles.setdefault(field, []).append((action, True))

    def _choices(self, menu: QMenu, field: str, options: Sequence[tuple[object, str]]) -> None:
        assert field in Display.__struct_fields__
        group = QActionGroup(self)
        for value, text in options:
            action = menu.addAction(text)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda checked, value=value: self._store.edit_display(**{field: value}))
            self._toggles.setdefault(field, []).append((action, value))

    def _on_lab_changed(self, change: Change) -> None:
        self._refresh()

    def _refresh(self) -> None:
        display = self._store.lab.display
        for field, actions in self._toggles.items():
            for action, value in actions:
                action.setChecked(getattr(display, field) == value)
        self._undo.setEnabled(self._store.can_undo)
        self._redo.setEnabled(self._store.can_redo)


def _button(icon: str, tip: str, slot: Callable[[], object]) -> IconButton:
    button = IconButton(icon, tip)
    button.clicked.connect(lambda checked=False: slot())
    return button


def _menu_button(icon: str, tip: str, menu: QMenu) -> IconButton:
    button = IconButton(icon, tip)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
