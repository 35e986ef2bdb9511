"""Python and the program in a process of their own, as a user runs them."""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from engine.base.paths import ROOT


def bare_environment() -> dict[str, str]:
    """No display of any kind, and nothing that this test run has chosen."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM", "PYOPENGL_PLATFORM")
    return {name: value for name, value in os.environ.items() if name not in hidden}


def run_python(*words: str, env: Mapping[str, str], **options: Any) -> subprocess.CompletedProcess[str]:
    """`python words…` in the project's root, come to its end."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        **options,
    )


def run_program(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """`main.py words…` where there is no display."""
    return run_python("main.py", *words, env=bare_environment(), **options)
