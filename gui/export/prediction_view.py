"""The surface of what a model predicts over its two inputs, as a part of an exported picture.

The thread of the current OpenGL context. Sampled anew for each moment.
"""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from engine.document.lab import Camera
from engine.function.field import Quality
from engine.solving.prediction import Prediction, outputs_named, predicted
from engine.solving.solution import Solution
from engine.solving.steady import steady_in
from engine.solving.timeline import Frame, frame_at
from gui.export.spec import CameraPath
from gui.export.surface_picture import SurfacePicture
from gui.theme import Theme


class PredictionView:
    """Paints ŷ and the rows of the table into `rect`, of a solution whose model has two inputs.

    Args:
        scale: of letters and marks. run: the index of the run whose model it is. quality: of the surface.
        output: which of several it predicts; of fewer the last.

    Attributes:
        names: of the inputs. output: the name of the output, where there are several; else "".
    """

    def __init__(
        self,
        solution: Solution,
        theme: Theme,
        scale: float,
        rect: QRectF,
        *,
        transparent: bool,
        run: int,
        quality: Quality,
        output: int,
    ) -> None:
        outputs = outputs_named(solution)
        self._solution, self._run, self._quality = solution, run, quality
        self._output = min(output, len(outputs) - 1)
        self.output = outputs[self._output] if len(outputs) > 1 else ""
        self._seen = steady_in(solution, solution.runs[run], self._output).said
        first = self._at(frame_at(solution, 0.0))
        self.names = tuple(axis.name for axis in first.solution.setup.axes) if first.solution.setup else ()
        self._picture = SurfacePicture(
            first.solution, theme, scale, rect, transparent=transparent, moving=quality != "full"
        )

    def _at(self, frame: Frame) -> Prediction:
        marker = frame.marker_of(self._run)
        assert marker is not None, "a run"
        found = predicted(self._solution, marker.position, self._quality, self._output, self._seen)
        assert found is not None, "a model of two inputs"
        return found

    def fitted(self, camera: Camera, path: CameraPath) -> Camera:
        """`camera` so far away that all is seen."""
        return self._picture.fitted(camera, path, self.names)

    def paint(self, painter: QPainter, camera: Camera, frame: Frame, *, vectors: bool = False) -> None:
        """Draw the moment `frame` seen from `camera`; with `vectors`, the letters as such."""
        self._picture.scene.set_prediction(self._at(frame))
        self._picture.paint(painter, camera, None, vectors=vectors)

    def close(self) -> None:
        """Free what was made in the context, which is current."""
        self._picture.close()
