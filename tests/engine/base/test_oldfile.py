"""Only plain files of a bounded size are read."""

import os
from pathlib import Path

import pytest

from engine.base.oldfile import UnreadableError, read_whole


def test_a_plain_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_whole(path, 5) == b"12345"
    with pytest.raises(UnreadableError, match="too large"):
        read_whole(path, 4)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_a_pipe_is_not_waited_for_and_a_device_has_no_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path(os.devnull), tmp_path):
        with pytest.raises(UnreadableError, match="no file"):
            read_whole(path, 10)


def test_what_is_missing_or_no_name_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="gone"):
        read_whole(tmp_path / "gone", 10)
    with pytest.raises(UnreadableError):
        read_whole(tmp_path / "nul\0", 10)
