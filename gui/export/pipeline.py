"""Encoding beside drawing: an encoder on its own thread behind a short queue.

The drawing thread writes; when the queue is full it waits, so that memory stays constant.
"""

import queue
import threading
from typing import Final

from PySide6.QtGui import QImage

from gui.export.encoders import Encoder

WAITING: Final = 3  # pictures between the two threads


class ParallelEncoder:
    """An Encoder that hands everything to another one on a second thread.

    Whatever the other raises is raised here, by the next `write` or by `close`.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._waiting: queue.Queue[QImage | None] = queue.Queue(WAITING)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="export-encoder", daemon=True)
        self._thread.start()

    def write(self, image: QImage) -> None:
        self._raise_failure()
        self._waiting.put(image)

    def close(self) -> None:
        self._finish()
        if self._failure is not None:
            self._encoder.abort()
        self._raise_failure()
        self._encoder.close()

    def abort(self) -> None:
        self._failure = self._failure or RuntimeError("aborted")
        self._finish()
        self._encoder.abort()

    def _finish(self) -> None:
        self._waiting.put(None)
        self._thread.join()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        while (image := self._waiting.get()) is not None:
            if self._failure is not None:
                continue  # nothing more can be written; let the drawing thread run into the failure
            try:
                self._encoder.write(image)
            except BaseException as failure:  # handed to the drawing thread
                self._failure = failure
