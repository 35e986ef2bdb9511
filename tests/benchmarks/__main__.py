"""`make bench`: every benchmark against its peers in one run, as ratios.

A module `bench_*.py` offers `run()`, which yields rows (what, ours in ms, peer, peer's ms). The peers are in
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
    print(f"{'what':<58}{'ours':>11}   {'peer':<36}{'theirs':>11}{'ratio':>9}")
    for name in names:
        if wanted and not any(word in name for word in wanted):
            continue
        for what, ours_ms, peer, peer_ms in importlib.import_module(f"tests.benchmarks.{name}").run():
            theirs = f"{peer_ms:>8.1f} ms{peer_ms / ours_ms:>8.1f}×" if peer_ms is not None else ""
            print(f"{what:<58}{ours_ms:>8.2f} ms   {peer:<36}{theirs}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
