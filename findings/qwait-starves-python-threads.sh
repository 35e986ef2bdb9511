#!/usr/bin/env bash
# PySide6 6.11.3: QTest.qWait keeps the interpreter lock while it waits, so that no other Python thread works.
#
# Guess, written down before it was run: a Python thread counts about as fast while QTest.qWait(1000) waits as
# while QEventLoop.exec or time.sleep does, since all three have nothing to do but wait.
# Seen: beside time.sleep 1, QEventLoop.exec 0.87, QTest.qWait 0.009: the thread all but stands still. A test that
# waits by qWait for what a thread computes waits for it a hundred times as long, and takes it for a deadlock.
#
# Needs: python3 (3.11 or newer) with venv. Fails if the behaviour changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/python" -m pip install --quiet --disable-pip-version-check \
    PySide6_Essentials==6.11.3 shiboken6==6.11.3
cat > "$work/waits.py" <<'PYTHON'
import sys
import threading
import time

import PySide6
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtTest import QTest

app = QCoreApplication([])
count = 0
done = False


def work():
    global count
    while not done:
        count += 1


def rate(wait):
    """How often a second the thread counts while `wait` waits."""
    before, began = count, time.monotonic()
    wait()
    return (count - before) / (time.monotonic() - began)


def by_an_event_loop():
    loop = QEventLoop()
    QTimer.singleShot(1000, loop.quit)
    loop.exec()


threading.Thread(target=work, daemon=True).start()
time.sleep(0.2)
asleep = rate(lambda: time.sleep(1.0))
looped = rate(by_an_event_loop) / asleep
waited = rate(lambda: QTest.qWait(1000)) / asleep
done = True
print(f"PySide6 {PySide6.__version__}: QEventLoop.exec {looped:.2f}, QTest.qWait {waited:.3f} of time.sleep")
sys.exit(not (looped > 0.4 and waited < 0.1))
PYTHON
QT_QPA_PLATFORM=offscreen "$work/env/bin/python" "$work/waits.py"
