"""Files are whole or not there."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gui.export.aside import check_target, folder_written_aside, write_whole, written_aside
from gui.export.errors import ExportError


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), written_aside(path) as part:
        part.write_bytes(b"half")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_export_left_is_cleared_away(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    orphan = tmp_path / f".film-{ended.pid}-abc_1.part.mp4"
    others = [tmp_path / f".film-{os.getppid()}-abc_1.part.mp4", tmp_path / f".film-2-{ended.pid}-a.part.mp4"]
    for file in (orphan, *others):
        file.write_bytes(b"half")
    folder = tmp_path / f".frames-{ended.pid}-abc_1.part"
    folder.mkdir()
    (folder / "frame-0001.png").write_bytes(b"half")
    with written_aside(path) as part:
        assert str(os.getpid()) in part.name
        with written_aside(path):  # a second one beside it
            assert part.exists()
    assert set(tmp_path.iterdir()) == {path, folder, *others}
    with folder_written_aside(tmp_path / "frame-%04d.png"):
        assert not folder.exists()


def test_a_success_takes_the_place_with_ordinary_rights(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    write_whole(path, "a,b\n")
    assert path.read_text() == "a,b\n"
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG])
def test_a_full_disk_is_said_to_be_full(tmp_path: Path, number: int) -> None:
    with pytest.raises(ExportError, match="disk is full"), written_aside(tmp_path / "film.mp4"):
        raise OSError(number, os.strerror(number))
    assert not list(tmp_path.iterdir())


def test_numbered_pictures_appear_together(tmp_path: Path) -> None:
    pattern = tmp_path / "f-%02d.png"
    with pytest.raises(KeyboardInterrupt), folder_written_aside(pattern) as folder:
        (folder / "f-00.png").write_bytes(b"x")
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())
    with folder_written_aside(pattern) as folder:
        (folder / "f-00.png").write_bytes(b"x")
    assert [file.name for file in tmp_path.iterdir()] == ["f-00.png"]


def test_targets_are_judged_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "there.mp4"
    there.touch()
    with pytest.raises(ExportError, match="--force"):
        check_target(there, force=False)
    check_target(there, force=True)
    with pytest.raises(ExportError, match="no folder"):
        check_target(tmp_path / "missing" / "a.mp4", force=False)
    with pytest.raises(ExportError, match="is a folder"):
        check_target(tmp_path, force=True)
    monkeypatch.setattr(
        os, "access", lambda path, mode: False
    )  # tests may run as root, who may write anywhere
    with pytest.raises(ExportError, match="cannot be written"):
        check_target(tmp_path / "a.mp4", force=False)
