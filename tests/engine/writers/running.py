"""Exported scripts, run as a user would: in a process of their own, where every warning is an error."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ONE_BY_ONE = """
import runpy, sys
for script in sys.argv[1:]:
    sys.argv = [script]
    runpy.run_path(script, run_name="__main__")
    print(end="\\f")
"""


def run_python(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
        env={
            "MPLBACKEND": "Agg",
            "PATH": "",
            "HOME": str(folder),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        },
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_scripts(folder: Path, scripts: Sequence[Path | str]) -> list[str]:
    """What each prints; one after the other in one process, since most of the time goes into importing."""
    return run_python(folder, "-c", ONE_BY_ONE, *map(str, scripts)).split("\f")[:-1]
