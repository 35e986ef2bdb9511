"""Several labs into one folder: each by its own child process, a few at once; one failure stops no other.

Any thread of a process without a window.
"""

import argparse
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from engine.base.i18n import message, translate
from engine.base.paths import ROOT
from gui.exit_codes import EXIT_BAD_INPUT, EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED
from gui.export.errors import ExportError
from gui.export.spec import FORMATS

MOST_JOBS: Final = 64
# What is said to the batch and not to its children, and the attributes that are not options.
_OWN: Final = frozenset({"lab", "output", "format", "jobs", "progress", "preview_file"})


def program() -> list[str]:
    """The command that starts this program anew."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, str(ROOT / "main.py")]


def arguments(options: argparse.Namespace) -> list[str]:
    """The options of one export as command-line arguments, but for the lab and the output."""
    words: list[str] = []
    for name, value in sorted(vars(options).items()):
        option = "--" + name.replace("_", "-")
        if name in _OWN or value is None or value is False:
            continue
        if value is True:
            words.append(option)
        elif isinstance(value, list):
            words += [f"{option}={each}" for each in value]
        else:
            words.append(f"{option}={value}")
    return words


def run_batch(options: argparse.Namespace, folder: Path) -> int:
    """Export every lab of the options into `folder`, which is made; the exit code of the worst failure.

    Raises:
        ExportError: two labs of one name, no folder, or a bad number of jobs.
    """
    kind = options.format or "mp4"
    if kind not in FORMATS:
        raise ExportError(
            message(
                "--format: “{kind}” is not one of {names}.", kind=kind[:20], names=", ".join(sorted(FORMATS))
            )
        )
    if not options.jobs.isdecimal() or not 1 <= int(options.jobs) <= MOST_JOBS:
        raise ExportError(message("--jobs must be 1 to {most}.", most=MOST_JOBS))
    if not options.lab:
        raise ExportError(message("{path} is a folder; give the name of a file.", path=str(folder)))
    labs = [Path(lab) for lab in options.lab]
    targets = [folder / f"{lab.stem}.{kind}" for lab in labs]
    twice = next((target for target in targets if targets.count(target) > 1), None)
    if twice is not None:
        raise ExportError(message("Two labs would be written to {path}; rename one.", path=str(twice)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            message(
                "The folder {folder} cannot be made: {why}.", folder=str(folder), why=error.strerror or ""
            )
        ) from error

    def export(lab: Path, target: Path) -> int:
        command = [*program(), "export", str(lab), "-o", str(target), "--progress=none", *arguments(options)]
        done = subprocess.run(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
        said = done.stderr.decode(errors="replace").strip()
        state = translate("done" if done.returncode == 0 else "failed", options.lang)
        print(f"{lab} → {target}: {state}" + (f"\n  {said}" if said else ""), file=sys.stderr, flush=True)
        return done.returncode

    with ThreadPoolExecutor(int(options.jobs)) as pool:
        codes = list(pool.map(export, labs, targets))
    return _worst(codes)


def _worst(codes: list[int]) -> int:
    failures = [code for code in codes if code != EXIT_DONE]
    if not failures:
        return EXIT_DONE
    if any(code in (EXIT_INTERRUPTED, -2, -15) for code in failures):
        return EXIT_INTERRUPTED
    return (
        failures[0]
        if len(set(failures)) == 1 and failures[0] > 0
        else (EXIT_BAD_INPUT if EXIT_BAD_INPUT in failures else EXIT_FAILED)
    )
