"""The timing of a film: which frames it has, where the playhead and the eye are in each. Pure; any thread."""

from msgspec import Struct
from msgspec.structs import replace

from engine.document.lab import Camera
from engine.solving.timeline import ease
from gui.export.spec import FILM_SECONDS, FILM_STEPS_PER_S, CameraPath, Spec
from gui.surface.camera import between

HOLD_FIRST_S = 0.8
HOLD_LAST_S = 1.6


class Film(Struct, frozen=True, kw_only=True):
    """The timing of one film.

    Attributes:
        frames: how many; at least 1. fps: frames a second.
        hold_first, hold_last: how many of them stand still at either end.
        steps: the playhead moves evenly from 0 to this.
    """

    frames: int
    fps: float
    hold_first: int
    hold_last: int
    steps: float

    @property
    def seconds(self) -> float:
        return self.frames / self.fps

    def t_steps(self, frame: int) -> float:
        """The playhead, in steps, at `frame` (0-based)."""
        moving = self.frames - 1 - self.hold_first - self.hold_last
        if moving <= 0:
            return self.steps if frame >= self.frames - 1 - self.hold_last else 0.0
        return self.steps * min(max((frame - self.hold_first) / moving, 0.0), 1.0)


def film_of(spec: Spec, steps: int) -> Film:
    """The timing of a film of runs of at most `steps` steps."""
    speed = spec.speed or FILM_STEPS_PER_S
    if spec.seconds is not None:
        seconds = spec.seconds
    else:
        first = HOLD_FIRST_S if spec.hold_first_s is None else spec.hold_first_s
        last = HOLD_LAST_S if spec.hold_last_s is None else spec.hold_last_s
        seconds = first + steps / speed + last
        if spec.speed is None:
            seconds = min(max(seconds, FILM_SECONDS[0]), FILM_SECONDS[1])
    frames = max(round(seconds * spec.fps), 1)
    first = min(HOLD_FIRST_S, 0.1 * seconds) if spec.hold_first_s is None else spec.hold_first_s
    last = min(HOLD_LAST_S, 0.2 * seconds) if spec.hold_last_s is None else spec.hold_last_s
    hold_first = min(round(first * spec.fps), frames - 1)
    hold_last = min(round(last * spec.fps), frames - 1 - hold_first)
    return Film(frames=frames, fps=spec.fps, hold_first=hold_first, hold_last=hold_last, steps=float(steps))


def camera_at(path: CameraPath, start: Camera, views: tuple[Camera, ...], u: float) -> Camera:
    """The eye at the share `u` of the film, 0 to 1.

    "still" is `start`; "orbit" one slow half turn that begins and ends at rest; "views" goes from `start`
    through `views`, at rest in each.
    """
    if path == "orbit":
        return replace(start, azimuth_deg=start.azimuth_deg + 180.0 * ease(u))
    if path == "views" and views:
        stops = (start, *views)
        place = min(max(u, 0.0), 1.0) * (len(stops) - 1)
        index = min(int(place), len(stops) - 2)
        return between(stops[index], stops[index + 1], ease(place - index))
    return start
