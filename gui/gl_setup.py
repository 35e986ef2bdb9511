"""What has to be chosen before QApplication exists: the OpenGL version, shared contexts, PyOpenGL's platform.

Called by the window, the exporter and the tests, on the main thread, before anything imports OpenGL. It may
import nothing that imports OpenGL itself (so no pyqtgraph.opengl).
"""

import os
import sys
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QSurfaceFormat

GL_VERSION: Final = (4, 1) if sys.platform == "darwin" else (3, 3)


def configure_before_app() -> None:
    """Ask for a core profile and shared contexts, and tell PyOpenGL which platform Qt will run on.

    Contexts are shared because a floated dock is given a new one, and because a second window with an
    OpenGL view crashes without.
    """
    wanted = QSurfaceFormat()
    wanted.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
    wanted.setVersion(*GL_VERSION)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setDepthBufferSize(24)
    wanted.setStencilBufferSize(8)
    wanted.setSamples(0)  # the scene smooths its edges itself, as far as the machine can afford
    QSurfaceFormat.setDefaultFormat(wanted)
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    platform = opengl_platform(os.environ, sys.platform)
    if platform:
        os.environ["PYOPENGL_PLATFORM"] = platform


def opengl_platform(environment: Mapping[str, str], system: str) -> str | None:
    """The value of PYOPENGL_PLATFORM that fits Qt's choice of platform; None where there is no choice.

    >>> opengl_platform({"DISPLAY": ":0"}, "linux")
    'glx'
    >>> opengl_platform({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux")
    'egl'
    >>> opengl_platform({"QT_QPA_PLATFORM": "offscreen"}, "linux")
    'egl'
    """
    if not system.startswith("linux"):
        return None
    if environment.get("PYOPENGL_PLATFORM") == "egl" and not environment.get("DISPLAY"):
        return "egl"
    plugin = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if not plugin:
        plugin = "wayland" if environment.get("WAYLAND_DISPLAY") else "xcb"
        if plugin == "wayland" and environment.get("XDG_SESSION_TYPE", "wayland") != "wayland":
            plugin = "xcb"
    if plugin == "xcb":
        return "egl" if environment.get("QT_XCB_GL_INTEGRATION") == "xcb_egl" else "glx"
    if plugin == "offscreen" and environment.get("DISPLAY"):
        return "glx"  # Qt's offscreen platform draws through the X server
    return "egl"
