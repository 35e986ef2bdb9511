"""PyOpenGL is told the platform that Qt will run on, before either is asked."""

import pytest
from PySide6.QtGui import QSurfaceFormat

from gui.gl_setup import GL_VERSION, opengl_platform


@pytest.mark.parametrize(
    ("environment", "system", "expected"),
    [
        ({"DISPLAY": ":0"}, "linux", "glx"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", "egl"),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, "linux", "glx"),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, "linux", "glx"),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "wayland;xcb"}, "linux", "egl"),
        ({"DISPLAY": ":0", "QT_XCB_GL_INTEGRATION": "xcb_egl"}, "linux", "egl"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", "egl"),
        ({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"}, "linux", "glx"),
        ({"PYOPENGL_PLATFORM": "egl"}, "linux", "egl"),
        ({}, "win32", None),
        ({}, "darwin", None),
    ],
)
def test_the_platform(environment: dict[str, str], system: str, expected: str | None) -> None:
    assert opengl_platform(environment, system) == expected


def test_the_default_format_is_a_core_profile() -> None:
    wanted = QSurfaceFormat.defaultFormat()
    assert wanted.version() == GL_VERSION
    assert wanted.profile() == QSurfaceFormat.OpenGLContextProfile.CoreProfile
