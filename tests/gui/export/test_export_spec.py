"""What is refused before anything is drawn, and how it is said."""

import argparse
from pathlib import Path

import pytest

from gui.exit_codes import EXIT_BAD_INPUT
from gui.export.arguments import add_arguments, spec_from
from gui.export.errors import ExportError
from gui.export.spec import Spec, check, checked_size, format_of, is_film, is_sequence


@pytest.mark.parametrize(
    ("words", "theme"),
    [
        ("-o a.mp4", "dark"),
        ("-o a.pdf", "light"),
        ("-o A.SVG", "light"),
        ("-o a.png", "dark"),
        ("-o a.png --transparent", "light"),
        ("-o out/ --format pdf", "light"),
        ("-o a.pdf --theme dark", "dark"),
    ],
)
def test_paper_is_light_unless_it_is_said(words, theme):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert spec_from(parser.parse_args(words.split())).theme == theme


@pytest.mark.parametrize(
    ("spec", "name", "words"),
    [
        (Spec(size_px=(0, 0)), "a.mp4", "0×0"),
        (Spec(size_px=(100_000, 100_000)), "a.png", "100000×100000"),
        (Spec(size_px=(9000, 100)), "a.mp4", "8192"),
        (Spec(fps=0), "a.mp4", "--fps"),
        (Spec(fps=float("inf")), "a.mp4", "--fps"),
        (Spec(fps=60), "a.gif", "GIF"),
        (Spec(seconds=0), "a.mp4", "--seconds"),
        (Spec(seconds=-1), "a.mp4", "--seconds"),
        (Spec(seconds=1e9), "a.mp4", "--seconds"),
        (Spec(speed=0), "a.mp4", "--speed"),
        (Spec(dpi=0), "a.png", "--dpi"),
        (Spec(at_steps=-1), "a.png", "--at"),
        (Spec(hold_last_s=-2), "a.mp4", "hold"),
        (Spec(transparent=True), "a.mp4", "transparency"),
        (Spec(transparent=True, codec="av1"), "a.webm", "transparency"),
        (Spec(), "f-%s.png", "frame-%04d.png"),
        (Spec(), "f-%d-%d.png", "frame-%04d.png"),
        (Spec(), "film", ".mp4"),
        (Spec(), "film.avi", ".mp4"),
    ],
)
def test_what_cannot_be_exported_is_named(spec, name, words):
    with pytest.raises(ExportError) as caught:
        check(spec, Path(name))
    assert caught.value.code == EXIT_BAD_INPUT
    assert words in str(caught.value)
    assert caught.value.message.render("ko") != caught.value.message.render("en")


@pytest.mark.parametrize(
    "name", ["a.mp4", "a.webm", "a.gif", "a.webp", "a.png", "a.svg", "a.pdf", "f-%04d.png"]
)
def test_the_defaults_fit_every_format(name):
    check(Spec(), Path(name))


def test_sizes_are_even_where_the_format_halves_the_colours():
    odd = Spec(size_px=(641, 361))
    assert checked_size(odd, Path("a.mp4")) == (640, 360)
    assert checked_size(odd, Path("a.webm")) == (640, 360)
    assert checked_size(odd, Path("a.gif")) == (641, 361)
    assert checked_size(odd, Path("a.png")) == (641, 361)


def test_formats_are_told_from_names():
    assert format_of(Path("A.MP4")) == "mp4"
    assert format_of(Path("map.tikz.tex")) == "tikz"
    assert format_of(Path("Run.torch.py")) == "torch.py" and format_of(Path("torch.py")) == "py"
    assert is_sequence(Path("frame-%03d.png")) and is_film(Path("frame-%03d.png"))
    assert not is_film(Path("a.png")) and is_film(Path("a.webp"))
