"""The floor under the surface: the same colours and level lines, flat, as the contour map has them."""

from OpenGL import GL

from engine.document.lab import Display
from gui.surface.box_map import FLOOR_Z
from gui.surface.drawing import Drawable, Shot, blended_state, opaque_state, rgb
from gui.surface.gl import Device
from gui.surface.heights import HeightTextures
from gui.surface.surface import line_uniforms

OPACITY_FROM_BELOW = 0.35  # seen from below, it must not hide the surface


class FloorDrawable(Drawable):
    """Draws what its HeightTextures hold."""

    def __init__(self, textures: HeightTextures) -> None:
        super().__init__()
        self._textures = textures

    def draw(self, device: Device, shot: Shot, display: Display) -> None:
        if self._textures.map is None or not display.floor:
            return
        self._renew(device)
        uniforms = self._textures.bind(device, shot.thin)
        from_below = shot.eye[2] < FLOOR_Z
        if from_below:
            blended_state()
        else:
            opaque_state()
        program = device.program("floor.vert", "surface.frag", "FLOOR", "EDGES")
        uniforms |= {
            "u_matrix": shot.matrix,
            "u_floor": FLOOR_Z,
            "u_opacity": OPACITY_FROM_BELOW if from_below else 1.0,
            "u_undefined": rgb(shot.theme.undefined),
            "u_ground": rgb(shot.theme.plot),
            "u_ground_share": 0.30 if shot.theme.name == "light" else 0.46,
            **line_uniforms(shot.theme, display.isolines, 0.9 * shot.scale),
        }
        program.use(uniforms)
        device.bind_plain()
        GL.glDrawArrays(GL.GL_TRIANGLE_STRIP, 0, 4)
