"""An OpenGL context with no window: EGL without a surface, an EGL device, or Qt's offscreen surface.

A context belongs to the thread that opened it. PyOpenGL binds to one platform when it is first imported, so
`prepare_platform()` has to run before anything imports OpenGL; inside the window, where Qt has chosen
already, only the ways that fit the choice are tried. OpenGL is imported inside the functions for that reason.
"""

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

from gui.export.errors import CannotRender
from gui.gl_setup import GL_VERSION

EGL_PLATFORM_SURFACELESS_MESA: Final = 0x31DD
EGL_PLATFORM_DEVICE_EXT: Final = 0x313F


class Context(Protocol):
    """An OpenGL context of at least 3.3 core without a default framebuffer.

    Attributes:
        kind: "surfaceless", "device" or "qt".
    """

    kind: str

    def make_current(self) -> None:
        """Make it the calling thread's context."""

    def close(self) -> None:
        """Destroy it and everything made in it."""


def prepare_platform() -> None:
    """Choose EGL and Qt's offscreen platform for a process that will never open a window."""
    if sys.platform.startswith("linux"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ["PYOPENGL_PLATFORM"] = "egl"


def open_context() -> Context:
    """The first kind of context that this machine can make; it is current on return.

    Raises:
        CannotRender: none could be made; its reasons name each way that was tried.
    """
    reasons: list[str] = []
    for kind, open_kind in _ways():
        try:
            return open_kind()
        except Exception as error:  # whatever a missing or broken driver raises, the next way is tried
            reasons.append(f"{kind}: {_in_short(error)}")
    raise CannotRender(tuple(reasons))


@contextlib.contextmanager
def drawing_context() -> Iterator[Context]:
    """`open_context()`, closed at the end."""
    context = open_context()
    try:
        yield context
    finally:
        context.close()


def _ways() -> list[tuple[str, Callable[[], Context]]]:
    ways: list[tuple[str, Callable[[], Context]]] = []
    if os.environ.get("PYOPENGL_PLATFORM") == "egl":
        ways += [("EGL surfaceless", _EglContext.surfaceless), ("EGL device", _EglContext.device)]
    return [*ways, ("Qt offscreen", _QtContext)]


def _in_short(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0][:120] if text else type(error).__name__


class _EglContext:
    """OpenGL over EGL with neither X nor Wayland."""

    def __init__(self, display: Any, kind: str) -> None:
        from OpenGL import EGL

        self.kind = kind
        self._egl: Any = EGL
        self._display = display
        major, minor = EGL.EGLint(), EGL.EGLint()
        if not EGL.eglInitialize(display, major, minor):
            raise RuntimeError("eglInitialize failed")
        if not EGL.eglBindAPI(EGL.EGL_OPENGL_API):
            raise RuntimeError("this EGL has no desktop OpenGL")
        self._context = EGL.eglCreateContext(
            display, self._config(), EGL.EGL_NO_CONTEXT, self._context_attributes()
        )
        if not self._context:
            raise RuntimeError("no OpenGL 3.3 core context")
        self.make_current()

    @classmethod
    def surfaceless(cls) -> "_EglContext":
        """Mesa's platform for drawing without any surface."""
        display = _platform_display(EGL_PLATFORM_SURFACELESS_MESA, ctypes.c_void_p(0))
        return cls(display, "surfaceless")

    @classmethod
    def device(cls) -> "_EglContext":
        """The first device of EGL_EXT_device_enumeration that works (NVIDIA's driver has only this)."""
        from OpenGL.EGL.EXT.device_enumeration import eglQueryDevicesEXT

        devices = (ctypes.c_void_p * 16)()
        count = ctypes.c_int(0)
        eglQueryDevicesEXT(16, ctypes.cast(devices, ctypes.POINTER(ctypes.c_void_p)), ctypes.byref(count))
        failure: Exception = RuntimeError("no EGL device")
        for device in devices[: count.value]:
            try:
                display = _platform_display(EGL_PLATFORM_DEVICE_EXT, ctypes.c_void_p(device))
                return cls(display, "device")
            except Exception as error:  # the next device may work
                failure = error
        raise failure

    def _config(self) -> Any:
        egl = self._egl
        wanted = (egl.EGLint * 5)(
            egl.EGL_RENDERABLE_TYPE, egl.EGL_OPENGL_BIT, egl.EGL_SURFACE_TYPE, 0, egl.EGL_NONE
        )
        configs = (egl.EGLConfig * 1)()
        count = egl.EGLint()
        if not egl.eglChooseConfig(self._display, wanted, configs, 1, count) or not count.value:
            raise RuntimeError("no EGL configuration for OpenGL")
        return configs[0]

    def _context_attributes(self) -> Any:
        from OpenGL.EGL.KHR import create_context as khr

        egl = self._egl
        return (egl.EGLint * 7)(
            khr.EGL_CONTEXT_MAJOR_VERSION_KHR,
            GL_VERSION[0],
            khr.EGL_CONTEXT_MINOR_VERSION_KHR,
            GL_VERSION[1],
            khr.EGL_CONTEXT_OPENGL_PROFILE_MASK_KHR,
            khr.EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT_KHR,
            egl.EGL_NONE,
        )

    def make_current(self) -> None:
        egl = self._egl
        if not egl.eglMakeCurrent(self._display, egl.EGL_NO_SURFACE, egl.EGL_NO_SURFACE, self._context):
            raise RuntimeError("eglMakeCurrent failed")

    def close(self) -> None:
        egl = self._egl
        egl.eglMakeCurrent(self._display, egl.EGL_NO_SURFACE, egl.EGL_NO_SURFACE, egl.EGL_NO_CONTEXT)
        egl.eglDestroyContext(self._display, self._context)


def _platform_display(platform: int, native: ctypes.c_void_p) -> Any:
    from OpenGL.EGL.EXT.platform_base import eglGetPlatformDisplayEXT

    display = eglGetPlatformDisplayEXT(platform, native, None)
    if not display:
        raise RuntimeError("no such EGL platform")
    return display


class _QtContext:
    """An offscreen surface of Qt's own platform: inside the window, on Windows and on macOS."""

    kind = "qt"

    def __init__(self) -> None:
        from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext, QSurfaceFormat

        if QGuiApplication.instance() is None:
            raise RuntimeError("Qt is not running")
        wanted = QSurfaceFormat()
        wanted.setVersion(*GL_VERSION)
        wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
        self._surface = QOffscreenSurface()
        self._surface.setFormat(wanted)
        self._surface.create()
        self._context = QOpenGLContext()
        self._context.setFormat(wanted)
        if not self._surface.isValid() or not self._context.create():
            raise RuntimeError("no OpenGL 3.3 core context")
        if self._context.format().version() < (3, 3):
            raise RuntimeError("OpenGL is older than 3.3")
        self.make_current()

    def make_current(self) -> None:
        if not self._context.makeCurrent(self._surface):
            raise RuntimeError("makeCurrent failed")

    def close(self) -> None:
        self._context.doneCurrent()
        self._surface.destroy()
