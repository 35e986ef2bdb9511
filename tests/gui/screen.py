"""A screen for each process of tests: two that shared one would take the keyboard's focus from each other."""

import os
import shutil
import subprocess
import sys
from typing import Final

SIZE: Final = "1366x768x24"
_HELD: Final[list[subprocess.Popen[bytes]]] = []


def open_screen() -> None:
    """A virtual screen that lives as long as this process; where Xvfb is not installed, the person's own.

    Call it before anything asks which display there is.
    """
    if not sys.platform.startswith("linux") or not shutil.which("Xvfb"):
        return
    heard, said = os.pipe()
    # However this process ends, its end of the pipe to the shell closes, and then the screen goes too.
    serve = f"Xvfb -displayfd {said} -screen 0 {SIZE} -nolisten tcp >/dev/null 2>&1 & cat; kill $!"
    _HELD.append(subprocess.Popen(["sh", "-c", serve], stdin=subprocess.PIPE, pass_fds=[said]))
    os.close(said)
    with os.fdopen(heard) as told:
        os.environ["DISPLAY"] = f":{told.readline().strip()}"
    os.environ.setdefault(
        "LP_NUM_THREADS", "0"
    )  # of Mesa's painter: each core has a process of tests already
    for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XAUTHORITY", "QT_QPA_PLATFORM"):
        os.environ.pop(name, None)
