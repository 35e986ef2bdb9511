"""What is exported, opened in other people's programs (`make foreign`): it looks there as our PNG does.

A program that is not installed is skipped by its name.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from engine.document.carried import carried_line
from engine.writers import to_tikz
from gui.export.film import film_of
from gui.export.renderer import export_film, export_png
from gui.export.scene import ExportScene
from gui.export.spec import Spec
from gui.export.vectors import export_vectors
from tests.gui.golden import rgb

from .conftest import LAB

pytestmark = pytest.mark.foreign

SIZE = (900, 600)
FAR = 2.5  # mean difference of a channel, of 255: other programs smooth edges in their own way
SPEC = Spec(theme="light", dpi=96.0, seconds=2.0, fps=20)
STILL = 6.0


def ran(*command: str, cwd: Path) -> str:
    """What a program said; it is skipped where it is not installed."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=180, check=False)
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, said[-2000:]
    return said


def cairo_svg(folder: Path) -> None:
    pytest.importorskip("cairosvg").svg2png(url=str(folder / "a.svg"), write_to=str(folder / "out.png"))


SCREEN = f"--window-size={SIZE[0]},{SIZE[1]}"
QUIET = ("--headless=new", "--no-sandbox", "--hide-scrollbars", "--screenshot=out.png")
OPENED: dict[str, Callable[[Path], object]] = {
    "rsvg-convert": lambda at: ran("rsvg-convert", "a.svg", "-o", "out.png", cwd=at),
    "inkscape": lambda at: ran("inkscape", "a.svg", "-o", "out.png", cwd=at),
    "cairosvg": cairo_svg,
    "chromium": lambda at: ran("chromium", *QUIET, SCREEN, f"file://{at / 'a.svg'}", cwd=at),
    "poppler": lambda at: ran("pdftocairo", "-png", "-r", "96", "-singlefile", "a.pdf", "out", cwd=at),
}


@pytest.fixture(scope="module")
def folder(qapp, solution, tmp_path_factory):
    from gui.export.contexts import open_context

    made = tmp_path_factory.mktemp("figures")
    context = open_context()
    scene = ExportScene(solution, SPEC, SIZE)
    line = carried_line(LAB)
    export_png(scene, STILL, SPEC, made / "a.png", line)
    for name in ("a.svg", "a.pdf"):
        export_vectors(scene, STILL, SPEC, made / name, line)
    for name in ("a.gif", "a.webp", "a.mp4", "a.webm"):
        export_film(scene, film_of(SPEC, 0.0), SPEC, made / name, line=line)  # nothing moves
    scene.close()
    context.close()
    return made


@pytest.mark.parametrize("program", OPENED)
def test_a_figure_looks_as_our_picture(folder, program):
    (folder / "out.png").unlink(missing_ok=True)
    OPENED[program](folder)
    shown, ours = QImage(str(folder / "out.png")), QImage(str(folder / "a.png"))
    assert abs(shown.width() - ours.width()) <= 1 and abs(shown.height() - ours.height()) <= 1
    difference = np.abs(rgb(shown.scaled(ours.size())).astype(float) - rgb(ours))
    assert difference.mean() < FAR
    assert (difference.max(axis=2) > 90).mean() < 0.02


@pytest.mark.parametrize("name", ["a.gif", "a.mp4", "a.webm"])
def test_ffmpeg_plays_a_film_to_its_end(folder, name):
    said = ran(
        "ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", name, cwd=folder
    )
    assert float(said) == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("name", ["a.png", "a.gif", "a.webp"])
def test_pillow_opens_pictures_and_films(folder, name):
    pillow = pytest.importorskip("PIL.Image")
    with pillow.open(folder / name) as image:
        assert image.size == SIZE
        lasting = 0
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            image.load()
            lasting += image.info.get("duration", 0)
    assert name == "a.png" or lasting == pytest.approx(2000, abs=60)


@pytest.mark.parametrize("program", ["pdflatex", "xelatex"])
def test_tex_prints_the_map_in_korean_without_stray_letters(folder, solution, program):
    document = (
        "\\documentclass{article}\\usepackage{amsmath,amssymb,kotex,pgfplots}\\pgfplotsset{compat=1.16}"
        "\\begin{document}\\pagestyle{empty}" + to_tikz(solution, "ko") + "\\end{document}"
    )
    (folder / "t.tex").write_text(document, encoding="utf-8")
    ran(program, "-interaction=nonstopmode", "-halt-on-error", "t.tex", cwd=folder)
    words = ran("pdftotext", "t.pdf", "-", cwd=folder)
    assert not set("\"”“'’") & set(words)
    assert "경사하강법" in words
