"""How long a piece of work may take: what was found by then is kept, and said. Any thread."""

import time


class Budget:
    """Seconds of this thread's own computing time, so that a busy machine does not find less.

    Attributes:
        seconds: given; exceeded: whether anybody had to stop for it.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.exceeded = False
        self._end = time.thread_time() + seconds

    def spent(self) -> bool:
        """Whether it is used up; who asks is taken to stop then."""
        self.exceeded = self.exceeded or time.thread_time() >= self._end
        return self.exceeded
