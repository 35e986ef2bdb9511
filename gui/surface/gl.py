"""A thin layer over OpenGL 3.3 core: programs from files, buffers, textures, framebuffers; uploads counted.

A `Device` stands for one OpenGL context. Everything made through it is deleted by its `release()`, and a
scene whose context has changed forgets its Device and makes everything anew. On the thread of the context.
"""

import contextlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL, contextdata, error, platform

from engine.base.paths import RESOURCES

SHADERS: Final = RESOURCES / "shaders"
SOFTWARE: Final = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software", "gdi generic", "basic render")
_INCLUDE: Final = re.compile(r'^#include "([a-z_]+\.glsl)"\s*$', re.MULTILINE)

Value = float | int | bool | tuple[float, ...] | NDArray[Any]


class Device:
    """What was made in one OpenGL context, and how often each thing was uploaded.

    Attributes:
        uploads: name of a buffer or texture → number of uploads so far.
        software: the renderer computes on the CPU, so detail has to be spent with care.
    """

    def __init__(self) -> None:
        self.context: Any = current_context()
        self.renderer: str = _text(GL.GL_RENDERER)
        self.software: bool = any(name in self.renderer.lower() for name in SOFTWARE)
        self.uploads: Counter[str] = Counter()
        self._programs: dict[tuple[str, str, tuple[str, ...]], Program] = {}
        self._vertex_arrays: list[int] = []
        self._buffers: list[int] = []
        self._textures: list[int] = []
        self._framebuffers: list[Framebuffer] = []
        self._plain = self.vertex_array()

    def is_current(self) -> bool:
        """Whether the current context is the one that everything here was made in."""
        return bool(self.context == current_context()) and bool(GL.glIsVertexArray(self._plain))

    def program(self, vertex: str, fragment: str, *defines: str) -> "Program":
        """The program of two shader files, compiled once, with `defines` as macros."""
        key = (vertex, fragment, defines)
        if key not in self._programs:
            self._programs[key] = Program(vertex, fragment, defines)
        return self._programs[key]

    def vertex_array(self) -> int:
        array = int(GL.glGenVertexArrays(1))
        GL.glBindVertexArray(array)  # only now does it exist
        self._vertex_arrays.append(array)
        return array

    def bind_plain(self) -> None:
        """For draws that read no attributes."""
        GL.glBindVertexArray(self._plain)

    def buffer_name(self) -> int:
        name = int(GL.glGenBuffers(1))
        self._buffers.append(name)
        return name

    def texture_name(self) -> int:
        name = int(GL.glGenTextures(1))
        self._textures.append(name)
        return name

    def framebuffer(
        self, size_px: tuple[int, int], *, color: int = GL.GL_RGBA8, depth: bool = True, samples: int = 0
    ) -> "Framebuffer":
        made = Framebuffer(size_px, color, depth, samples)
        self._framebuffers.append(made)
        return made

    def drop_framebuffer(self, framebuffer: "Framebuffer") -> None:
        framebuffer.delete()
        self._framebuffers.remove(framebuffer)

    def release(self) -> None:
        """Delete everything. Where another context is current, its owner has died and taken it along."""
        if not self.is_current():
            return
        for framebuffer in self._framebuffers:
            framebuffer.delete()
        for program in self._programs.values():
            GL.glDeleteProgram(program.name)
        for array in self._vertex_arrays:
            GL.glDeleteVertexArrays(1, [array])
        if self._buffers:
            GL.glDeleteBuffers(len(self._buffers), self._buffers)
        if self._textures:
            GL.glDeleteTextures(self._textures)


def current_context() -> Any:
    """A value that tells contexts apart; raises where none is current."""
    context = platform.GetCurrentContext()
    if not context:
        raise error.Error("no OpenGL context is current")
    return contextdata.getContext()


def _text(name: int) -> str:
    value = GL.glGetString(name)
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)


def shader_source(name: str, stage: str, defines: tuple[str, ...] = ()) -> str:
    """The text of a shader file: the version, `defines`, and its #include "…" lines replaced by those files.

    An include is a whole line naming a file in the same folder; files are not included twice.
    """
    seen: set[str] = set()

    def expand(text: str) -> str:
        def replaced(match: re.Match[str]) -> str:
            if match[1] in seen:
                return ""
            seen.add(match[1])
            return expand((SHADERS / match[1]).read_text(encoding="utf-8"))

        return _INCLUDE.sub(replaced, text)

    macros = "".join(f"#define {define}\n" for define in defines)
    body = expand((SHADERS / name).read_text(encoding="utf-8"))
    return f"#version 330 core\n#define {stage}\n{macros}{body}"


class Program:
    """A linked program; uniforms are set by name, and those that the compiler removed are ignored.

    Raises:
        RuntimeError: a shader does not compile, with the driver's words.
    """

    def __init__(self, vertex: str, fragment: str, defines: tuple[str, ...]) -> None:
        self.name: int = int(GL.glCreateProgram())
        shaders = [
            self._compile(GL.GL_VERTEX_SHADER, vertex, "VERTEX", defines),
            self._compile(GL.GL_FRAGMENT_SHADER, fragment, "FRAGMENT", defines),
        ]
        for shader in shaders:
            GL.glAttachShader(self.name, shader)
        GL.glLinkProgram(self.name)
        if not GL.glGetProgramiv(self.name, GL.GL_LINK_STATUS):
            raise RuntimeError(f"{vertex} + {fragment}: {_log(GL.glGetProgramInfoLog(self.name))}")
        for shader in shaders:
            GL.glDeleteShader(shader)
        self._locations: dict[str, int] = {}
        self._values: dict[str, Value] = {}

    @staticmethod
    def _compile(kind: int, name: str, stage: str, defines: tuple[str, ...]) -> int:
        shader = int(GL.glCreateShader(kind))
        GL.glShaderSource(shader, shader_source(name, stage, defines))
        GL.glCompileShader(shader)
        if not GL.glGetShaderiv(shader, GL.GL_COMPILE_STATUS):
            raise RuntimeError(f"{name}: {_log(GL.glGetShaderInfoLog(shader))}")
        return shader

    def use(self, values: Mapping[str, Value]) -> None:
        """Make it current and set those of its uniforms that are new: numbers, tuples of 2 to 4 floats, 4×4
        matrices; textures as their unit (int)."""
        GL.glUseProgram(self.name)
        for name, value in values.items():
            location = self._locations.get(name)
            if location is None:
                location = self._locations[name] = int(GL.glGetUniformLocation(self.name, name))
            known = self._values.get(name)
            if location >= 0 and (value is not known if isinstance(value, np.ndarray) else value != known):
                self._values[name] = value
                _set_uniform(location, value)


def _set_uniform(location: int, value: Value) -> None:
    if isinstance(value, np.ndarray):
        GL.glUniformMatrix4fv(location, 1, GL.GL_TRUE, np.ascontiguousarray(value, dtype=np.float32))
    elif isinstance(value, tuple):
        (GL.glUniform2f, GL.glUniform3f, GL.glUniform4f)[len(value) - 2](location, *value)
    elif isinstance(value, int):  # and bool
        GL.glUniform1i(location, int(value))
    else:
        GL.glUniform1f(location, value)


def _log(text: Any) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


class Buffer:
    """A buffer of vertices or indices; `count` is its number of rows."""

    def __init__(self, device: Device, name: str, target: int = GL.GL_ARRAY_BUFFER) -> None:
        self._device, self._name, self._target = device, name, target
        self._buffer = device.buffer_name()
        self.count = 0

    def upload(self, data: NDArray[Any]) -> None:
        data = np.ascontiguousarray(data)
        self.bind()
        GL.glBufferData(self._target, data.nbytes, data, GL.GL_STATIC_DRAW)
        self.count = len(data)
        self._device.uploads[self._name] += 1

    def bind(self) -> None:
        GL.glBindBuffer(self._target, self._buffer)


class Texture:
    """A two-dimensional texture, clamped at its edges."""

    _FORMATS: Final = {
        (1, "f4"): (GL.GL_R32F, GL.GL_RED, GL.GL_FLOAT),
        (2, "f4"): (GL.GL_RG32F, GL.GL_RG, GL.GL_FLOAT),
        (4, "f4"): (GL.GL_RGBA32F, GL.GL_RGBA, GL.GL_FLOAT),
        (1, "u1"): (GL.GL_R8, GL.GL_RED, GL.GL_UNSIGNED_BYTE),
        (4, "u1"): (GL.GL_RGBA8, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE),
    }

    def __init__(self, device: Device, name: str, *, smooth: bool = True) -> None:
        self._device, self._name = device, name
        self._texture = device.texture_name()
        self._shape: tuple[int, ...] = ()
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._texture)
        mode = GL.GL_LINEAR if smooth else GL.GL_NEAREST
        for parameter, choice in (
            (GL.GL_TEXTURE_MIN_FILTER, mode),
            (GL.GL_TEXTURE_MAG_FILTER, mode),
            (GL.GL_TEXTURE_WRAP_S, GL.GL_CLAMP_TO_EDGE),
            (GL.GL_TEXTURE_WRAP_T, GL.GL_CLAMP_TO_EDGE),
            (GL.GL_TEXTURE_MAX_LEVEL, 0),
        ):
            GL.glTexParameteri(GL.GL_TEXTURE_2D, parameter, choice)

    def upload(self, data: NDArray[Any]) -> None:
        """`data` of shape (rows, columns, channels) of float32 or uint8."""
        data = np.ascontiguousarray(data)
        rows, columns, channels = data.shape
        internal, layout, kind = self._FORMATS[channels, data.dtype.str[1:]]
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._texture)
        GL.glPixelStorei(GL.GL_UNPACK_ALIGNMENT, 1)
        if data.shape == self._shape:
            GL.glTexSubImage2D(GL.GL_TEXTURE_2D, 0, 0, 0, columns, rows, layout, kind, data)
        else:
            GL.glTexImage2D(GL.GL_TEXTURE_2D, 0, internal, columns, rows, 0, layout, kind, data)
            self._shape = data.shape
        GL.glPixelStorei(GL.GL_UNPACK_ALIGNMENT, 4)  # as Qt's painter expects it
        self._device.uploads[self._name] += 1

    def bind(self, unit: int) -> int:
        """Bind to texture unit `unit`, and return it, to be set as the sampler's value."""
        GL.glActiveTexture(GL.GL_TEXTURE0 + unit)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._texture)
        return unit


class Framebuffer:
    """A picture to draw into and to read as a texture. Made by `Device.framebuffer`.

    With `samples` a pixel it can only be drawn into and copied, which averages them.
    """

    def __init__(self, size_px: tuple[int, int], color: int, depth: bool, samples: int = 0) -> None:
        self.size_px = size_px
        self._color = 0
        self._renderbuffers: list[int] = []
        self.name = int(GL.glGenFramebuffers(1))
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.name)
        if samples:
            self._attach(GL.GL_COLOR_ATTACHMENT0, color, samples)
        else:
            self._attach_texture(color)
        if depth:
            self._attach(GL.GL_DEPTH_STENCIL_ATTACHMENT, GL.GL_DEPTH24_STENCIL8, samples)
        status = GL.glCheckFramebufferStatus(GL.GL_FRAMEBUFFER)
        if status != GL.GL_FRAMEBUFFER_COMPLETE:
            self.delete()
            raise MemoryError(f"no framebuffer of {size_px[0]} × {size_px[1]} pixels")

    def _attach_texture(self, color: int) -> None:
        self._color = int(GL.glGenTextures(1))
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._color)
        GL.glTexImage2D(GL.GL_TEXTURE_2D, 0, color, *self.size_px, 0, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, None)
        for parameter, choice in (
            (GL.GL_TEXTURE_MIN_FILTER, GL.GL_NEAREST),
            (GL.GL_TEXTURE_MAG_FILTER, GL.GL_NEAREST),
            (GL.GL_TEXTURE_MAX_LEVEL, 0),
        ):
            GL.glTexParameteri(GL.GL_TEXTURE_2D, parameter, choice)
        GL.glFramebufferTexture2D(
            GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0, GL.GL_TEXTURE_2D, self._color, 0
        )

    def _attach(self, attachment: int, pixel: int, samples: int) -> None:
        buffer = int(GL.glGenRenderbuffers(1))
        self._renderbuffers.append(buffer)
        GL.glBindRenderbuffer(GL.GL_RENDERBUFFER, buffer)
        GL.glRenderbufferStorageMultisample(GL.GL_RENDERBUFFER, samples, pixel, *self.size_px)
        GL.glFramebufferRenderbuffer(GL.GL_FRAMEBUFFER, attachment, GL.GL_RENDERBUFFER, buffer)

    def bind(self) -> None:
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.name)
        GL.glViewport(0, 0, *self.size_px)

    def bind_texture(self, unit: int) -> int:
        GL.glActiveTexture(GL.GL_TEXTURE0 + unit)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._color)
        return unit

    def copy_to(self, target: int, planes: int, origin: tuple[int, ...] = (0, 0)) -> None:
        """Copy colour, depth or both (GL_…_BUFFER_BIT) to the framebuffer `target`, from its pixel `origin`.

        That must have the same formats and not be multisampled.
        """
        width, height = self.size_px
        x, y = origin
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self.name)
        GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, target)
        GL.glBlitFramebuffer(0, 0, width, height, x, y, x + width, y + height, planes, GL.GL_NEAREST)

    def delete(self) -> None:
        GL.glDeleteFramebuffers(1, [self.name])
        if self._color:
            GL.glDeleteTextures([self._color])
        if self._renderbuffers:
            GL.glDeleteRenderbuffers(len(self._renderbuffers), self._renderbuffers)


@contextlib.contextmanager
def current_target() -> Iterator[tuple[int, tuple[int, int, int, int]]]:
    """The framebuffer and the viewport that are current, and are so again afterwards."""
    target = int(GL.glGetIntegerv(GL.GL_DRAW_FRAMEBUFFER_BINDING))
    viewport = GL.glGetIntegerv(GL.GL_VIEWPORT)
    box = (int(viewport[0]), int(viewport[1]), int(viewport[2]), int(viewport[3]))
    try:
        yield target, box
    finally:
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, target)
        GL.glViewport(*box)
