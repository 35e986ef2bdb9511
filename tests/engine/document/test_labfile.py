"""Lab files: the round trip, what is refused, and that a failed write leaves the old file whole."""

import json
import sys
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.base import newfile
from engine.base.paths import EXAMPLES
from engine.document import labfile
from engine.document.axes import LineBetweenEnds, RandomDirections, TwoVariables
from engine.document.lab import Camera, Data, Display, Lab, PanelState, Slice, Variable
from engine.optimizers import GradientDescent, Racer

finite = st.floats(allow_nan=False, allow_infinity=False)
optional = st.none() | finite
name = st.text(min_size=1, max_size=8)
variables = st.builds(
    Variable,
    role=st.sampled_from([None, "horizontal", "vertical", "free", "held"]),
    lo=optional,
    hi=optional,
    value=optional,
)
labs = st.builds(
    Lab,
    formula=st.text(max_size=200),
    title=st.dictionaries(st.sampled_from(["en", "ko"]), st.text(max_size=40)),
    variables=st.dictionaries(name, variables, max_size=4),
    starts=st.lists(st.dictionaries(name, finite, max_size=3), min_size=1, max_size=4).map(tuple),
    racers=st.lists(
        st.builds(
            Racer,
            optimizer=st.builds(GradientDescent, lr=st.floats(1e-6, 10)),
            name=st.text(max_size=20),
            enabled=st.booleans(),
        ),
        max_size=4,
    ).map(tuple),
    steps=st.integers(0, 1_000_000),
    display=st.builds(Display, colormap=st.sampled_from(["viridis", "gray"]), opacity=st.floats(0, 1)),
    panels=st.dictionaries(st.text(), st.sampled_from(get_args(PanelState))),
    axes=st.sampled_from([TwoVariables(), RandomDirections(3), LineBetweenEnds(1, 0)]),
    slice=st.builds(Slice, along=st.sampled_from([(), ("horizontal",), ("horizontal", "vertical")])),
    camera=st.builds(Camera, azimuth_deg=finite, orthographic=st.booleans()),
    data=st.none() | st.just(Data(columns=("x", "y"), rows=((1.0, 2.0), (3.0, 4.0)))),
)


@given(labs)
def test_what_is_written_is_read(lab: Lab) -> None:
    assert labfile.decode(labfile.encode(lab)) == lab


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | finite | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    ).map(lambda value: json.dumps(value).encode())
)
def test_anything_else_is_a_lab_or_a_clear_error(data: bytes) -> None:
    try:
        assert isinstance(labfile.decode(data), Lab)
    except labfile.LabFileError as error:
        assert error.message.render("ko")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"steps": -1}, "steps"),
        ({"steps": "ten"}, "steps"),
        ({"starts": []}, "starts"),
        ({"racers": [{"optimizer": {"method": "gd", "lr": -0.1}}]}, "lr"),
        ({"racers": [{"optimizer": {"method": "teleport"}}]}, "teleport"),
        ({"formulae": "x"}, "formulae"),
        ({"version": labfile.VERSION + 1}, "newer"),
        ({"display": {"colormap": "jet"}}, "colormap"),
        ({"panels": {"variables": "rolled up"}}, "panels"),
    ],
)
def test_a_wrong_entry_is_named(entry: dict[str, object], said: str) -> None:
    with pytest.raises(labfile.LabFileError, match=said):
        labfile.decode(json.dumps(entry).encode())


@pytest.mark.parametrize(
    "entry", [{"q" * 300: 1}, {"racers": [{"optimizer": {"method": "q" * 300}}]}, {"version": "q" * 300}]
)
def test_a_message_says_the_place_and_quotes_little(entry: dict[str, object]) -> None:
    with pytest.raises(labfile.LabFileError) as refused:
        labfile.decode(json.dumps(entry).encode())
    said = refused.value.message.render()
    assert " - at `$" in said
    assert "q" * 81 not in said


def test_depth_does_not_exhaust_the_stack() -> None:
    with pytest.raises(labfile.LabFileError):
        labfile.decode(b"[" * 1_000_000)


def test_a_file_that_is_missing_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(labfile.LabFileError, match="cannot be read"):
        labfile.read(tmp_path / "none.nabla")
    path = tmp_path / "large.nabla"
    labfile.write(Lab(), path)
    monkeypatch.setattr(labfile, "MAX_BYTES", 10)
    with pytest.raises(labfile.LabFileError, match="too large"):
        labfile.read(path)


def test_a_failed_write_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.nabla"
    old = Lab(formula="x^2")
    labfile.write(old, path)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(newfile.os, "fsync", full)
    with pytest.raises(labfile.LabFileError, match="No space left"):
        labfile.write(replace(old, formula="y"), path)
    assert labfile.read(path) == old
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.nabla")), ids=lambda path: path.stem)
def test_every_example_reads_and_says_what_it_teaches(path: Path) -> None:
    lab = labfile.read(path)
    for language in ("en", "ko"):
        assert lab.title[language]
        assert len(lab.note[language]) > 40


def test_the_gallery_has_at_least_ten() -> None:
    assert len(list(EXAMPLES.glob("*.nabla"))) >= 10


def test_saving_changes_nothing_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(mask: int) -> int:
        raise AssertionError("another thread's files would get these permissions")

    monkeypatch.setattr(newfile.os, "umask", changed)
    labfile.write(Lab(), tmp_path / "a.nabla")
    labfile.write(Lab(formula="x y"), tmp_path / "a.nabla")
    assert labfile.read(tmp_path / "a.nabla").formula == "x y"


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions")
def test_others_may_read_a_saved_lab_and_a_link_stays_one(tmp_path: Path) -> None:
    new, kept, link = tmp_path / "new.nabla", tmp_path / "kept.nabla", tmp_path / "link.nabla"
    plain = tmp_path / "plain"
    plain.touch()
    labfile.write(Lab(), new)
    assert new.stat().st_mode == plain.stat().st_mode
    labfile.write(Lab(), kept)
    kept.chmod(0o664)
    link.symlink_to(kept)
    labfile.write(Lab(formula="x y"), link)
    assert link.is_symlink()
    assert kept.stat().st_mode & 0o777 == 0o664
    assert labfile.read(kept).formula == "x y"
