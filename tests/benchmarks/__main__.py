"""`make bench`: every benchmark against its peers in one run, as ratios.

A module `bench_*.py` offers `run()`, which yields rows (`tests.benchmarks.timing.Row`). The peers are in
.venv-bench, as pinned by resources/packaging/bench.lock.
"""

import importlib
import sys
from pathlib import Path

import engine  # noqa: F401 - before NumPy, whose threads it counts
from gui.gl_setup import configure_before_app


def main() -> int:
    wanted = sys.argv[1:]
    configure_before_app()
    names = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    print(f"{'what':<62}{'ours':>11}   {'peer':<40}{'theirs':>11}{'ratio':>9}")
    for name in names:
        if wanted and not any(word in name for word in wanted):
            continue
        for what, ours, peer, theirs, *said in importlib.import_module(f"tests.benchmarks.{name}").run():
            (unit,) = said or ["ms"]
            compared = f"{theirs:>8.1f} {unit}{theirs / ours:>8.2f}×" if theirs is not None else ""
            print(f"{what:<62}{ours:>8.2f} {unit}   {peer:<40}{compared}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
