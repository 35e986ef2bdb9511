"""The kept picture of what stands still, averaged over parts of a pixel, and the markers drawn over it."""

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace
from OpenGL import GL

from gui.surface.drawing import Shot
from gui.surface.gl import Device, Framebuffer

Draw = Callable[[Device, Shot], None]

# After the first picture, taken in the middle: a rotated grid, so that edges of any direction are smooth.
SHIFTS_PX: Final = (
    (0.0, 0.0),
    (-0.3125, 0.1875),
    (0.3125, -0.1875),
    (0.1875, 0.3125),
    (-0.1875, -0.3125),
    (-0.4375, -0.0625),
    (0.4375, 0.0625),
    (0.0625, -0.4375),
    (-0.0625, 0.4375),
)
ALL: Final = len(SHIFTS_PX)  # pictures in the average
SAMPLES: Final = 4  # a pixel of a picture that is smoothed at once


class Layers:
    """Attributes: base_draws: how often what stands still was drawn."""

    def __init__(self) -> None:
        self._device: Device | None = None
        self._base: Framebuffer | None = None  # the average so far, with the depth of its last picture
        self._average: Framebuffer | None = None  # the same, more exactly
        self._whole: Framebuffer | None = None  # the base and the markers
        self._smooth: Framebuffer | None = None  # of several samples a pixel, made when first needed
        self._key: tuple[Any, ...] | None = None
        self._taken = 0
        self.base_draws = 0

    @property
    def complete(self) -> bool:
        return self._taken >= ALL

    def holds(self, key: tuple[Any, ...]) -> bool:
        """Whether the kept picture is of what `key` stands for."""
        return self._key == key and self._taken > 0

    def draw_at_once(self, device: Device, shot: Shot, draw: Draw) -> None:
        """Draw a passing picture, of which nothing is kept, ready for the markers."""
        whole, _, _ = self._framebuffers(device, shot)
        whole.bind()
        draw(device, shot)
        self.base_draws += 1

    def draw_smooth(self, device: Device, shot: Shot, draw: Draw) -> None:
        """The same with four samples a pixel."""
        whole, _, _ = self._framebuffers(device, shot)
        if self._smooth is None:
            samples = min(SAMPLES, int(GL.glGetIntegerv(GL.GL_MAX_SAMPLES)))
            self._smooth = device.framebuffer(shot.size_px, samples=samples)
        self._smooth.bind()
        draw(device, shot)
        self._smooth.copy_to(whole.name, GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        whole.bind()
        self.base_draws += 1

    def draw_base(self, device: Device, shot: Shot, key: tuple[Any, ...], samples: int, draw: Draw) -> None:
        """Have at least `samples` pictures in the average of what `key` stands for, and copy it, ready for
        the markers."""
        whole, base, average = self._framebuffers(device, shot)
        if key != self._key:
            self._key, self._taken = key, 0
        wanted = min(max(samples, 1), ALL)
        taking = self._taken < wanted
        while self._taken < wanted:
            base.bind()
            draw(device, replace(shot, shift_px=SHIFTS_PX[self._taken]))
            self._taken += 1
            self.base_draws += 1
            average.bind()
            GL.glDisable(GL.GL_BLEND)
            if self._taken > 1:
                GL.glEnable(GL.GL_BLEND)
                GL.glBlendColor(0.0, 0.0, 0.0, 1.0 / self._taken)
                GL.glBlendFunc(GL.GL_CONSTANT_ALPHA, GL.GL_ONE_MINUS_CONSTANT_ALPHA)
            _copy(device, base)
        if taking and self._taken > 1:
            base.bind()
            GL.glDisable(GL.GL_BLEND)
            _copy(device, average)
        base.copy_to(whole.name, GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        whole.bind()

    @property
    def taken(self) -> int:
        """How many pictures are in the average."""
        return self._taken

    def show(self, device: Device, target: int, viewport: tuple[int, int, int, int]) -> None:
        """Copy the whole to the framebuffer `target`, from the lower left corner of `viewport`."""
        assert self._whole is not None
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, target)
        GL.glDisable(GL.GL_SCISSOR_TEST)
        if int(GL.glGetIntegerv(GL.GL_SAMPLE_BUFFERS)):  # can only be drawn to, not copied to
            width, height = self._whole.size_px
            GL.glViewport(viewport[0], viewport[1], width, height)
            GL.glDisable(GL.GL_BLEND)
            _copy(device, self._whole, viewport[:2])
        else:
            self._whole.copy_to(target, GL.GL_COLOR_BUFFER_BIT, viewport[:2])
        GL.glDepthMask(True)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glUseProgram(0)
        GL.glBindVertexArray(0)
        GL.glActiveTexture(GL.GL_TEXTURE0)

    def _framebuffers(self, device: Device, shot: Shot) -> tuple[Framebuffer, Framebuffer, Framebuffer]:
        size_px = shot.size_px
        whole, base, average = self._whole, self._base, self._average
        if (
            self._device is not device
            or whole is None
            or base is None
            or average is None
            or whole.size_px != size_px
        ):
            if self._device is device:
                for framebuffer in (whole, base, average, self._smooth):
                    if framebuffer is not None:
                        device.drop_framebuffer(framebuffer)
            self._smooth = None
            self._device, self._key, self._taken = device, None, 0
            whole = self._whole = device.framebuffer(size_px)
            base = self._base = device.framebuffer(size_px)
            average = self._average = device.framebuffer(size_px, color=GL.GL_RGBA16F, depth=False)
        return whole, base, average


def _copy(device: Device, source: Framebuffer, origin: tuple[int, ...] = (0, 0)) -> None:
    GL.glDisable(GL.GL_DEPTH_TEST)
    GL.glDepthMask(False)
    device.program("screen.vert", "copy.frag").use(
        {"u_picture": source.bind_texture(3), "u_origin": (float(origin[0]), float(origin[1]))}
    )
    device.bind_plain()
    GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)
