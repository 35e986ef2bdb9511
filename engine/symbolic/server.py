"""The child process: reads Jobs from standard input, writes Answers to standard output, until the input ends.

`python -m engine.symbolic.server [memory_mb]`. It never sees text of the user, only trees.
"""

from __future__ import annotations

import os
import sys
from typing import Final

MEMORY_MB: Final = 1024


def main(arguments: list[str]) -> int:
    """Serve until the input ends; the exit status."""
    _limit_memory(int(arguments[0]) if arguments else MEMORY_MB)
    # whatever prints must not land in the frames
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    jobs = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    from engine.symbolic import protocol
    from engine.symbolic.derive import Worksheet, answer
    from engine.symbolic.forms import warm_up

    warm_up()
    protocol.write_frame(answers, protocol.encode(protocol.Answer(0)))
    worksheet: Worksheet | None = None
    while (payload := protocol.read_frame(jobs)) is not None:
        job = protocol.decode_job(payload)
        if job.sheet is not None:
            worksheet = Worksheet(job.sheet)
        if worksheet is None:
            return 1  # whoever sends a job without a formula is not our engine
        protocol.write_frame(answers, protocol.encode(answer(job.number, worksheet, job.entry)))
    return 0


def _limit_memory(megabytes: int) -> None:
    """Let the system refuse more memory than that to this process, where it can."""
    try:
        import resource
    except ImportError:
        return
    size = megabytes * 1024 * 1024
    try:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (OSError, ValueError):
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
