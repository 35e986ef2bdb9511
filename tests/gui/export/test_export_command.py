"""`main.py export` as a user runs it: on a machine with no display, interrupted, with a full disk."""

import argparse
import contextlib
import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import av
import pytest

from engine.base.paths import ROOT
from engine.document.lab import Lab
from engine.document.labfile import encode
from gui.commands import main
from gui.exit_codes import EXIT_CANNOT_RENDER
from gui.export import contexts
from gui.export.arguments import add_arguments, spec_from
from gui.export.errors import CannotRender
from gui.export.process import spec_arguments
from gui.export.spec import Spec
from tests.gui.program import bare_environment, run_program, run_python

pytestmark = pytest.mark.usefixtures("one_child")

FORMULA = ("-f", "x^2 + y^2/2", "--steps", "8", "--no-stop")
SMALL = ("--size", "160x96", "--fps", "10", "--seconds", "1")


def export(path: Path, *words: str, **options: object) -> subprocess.CompletedProcess[str]:
    return run_program("export", *FORMULA, *SMALL, *words, "-o", str(path), **options)


def test_a_film_of_a_formula_without_any_display(tmp_path):
    path = tmp_path / "film.mp4"
    done = export(path)
    assert done.returncode == 0, done.stderr
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height, float(stream.average_rate)) == (160, 96, 10.0)
        assert sum(1 for _ in film.decode(video=0)) == 10
    assert list(tmp_path.iterdir()) == [path]
    assert "left" in done.stderr


NAMES = ("a.mp4", "a.gif", "a.png", "a.csv", "a.py", "a.tex")
ONE_BY_ONE = f"""
import sys
from PySide6.QtGui import QGuiApplication
from engine.solving import stages
from gui.commands import main
from tests.conftest import Lasting
child = Lasting()
stages.Deriver = lambda: child
for name in {NAMES}:
    assert main(["export", *{FORMULA + SMALL}, "-o", sys.argv[1] + name]) == 0
    if app := QGuiApplication.instance():
        app.shutdown()
child.end()
"""


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """The folders of two processes that each exported all of NAMES."""
    folders = [tmp_path_factory.mktemp("exports") for _ in range(2)]
    for folder in folders:
        done = run_python("-c", ONE_BY_ONE, f"{folder}/", env=bare_environment())
        assert done.returncode == 0, done.stderr
    return folders


@pytest.mark.parametrize("name", NAMES)
def test_two_exports_are_byte_identical(twice, name):
    first, second = (hashlib.sha256((folder / name).read_bytes()).digest() for folder in twice)
    assert first == second


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--size", "0x0"), "0×0"),
        (("--size", "100000x100000"), "100000×100000"),
        (("--size", "big"), "1920x1080"),
        (("--fps", "abc"), "--fps"),
        (("--seconds", "-3"), "--seconds"),
        (("--cards", "formula,none"), "none"),
        (("--view", "surface,map"), "map"),
        (("--view", ""), "surface"),
        (("--view", "fit"), "--network"),
        (("--row", "0"), "--row"),
        (("--predicted", "0"), "an output"),
        (("--transparent",), "transparency"),
        (("--optimizer", "gd(lr=-1)"), "lr"),
    ],
)
def test_bad_options_are_explained(capsys, tmp_path, words, said):
    path = tmp_path / "film.mp4"
    code = main(["export", *FORMULA, *SMALL, *words, "-o", str(path)])
    told = capsys.readouterr().err
    assert code == 2
    assert said in told and "Traceback" not in told
    assert not path.exists()


def test_a_bad_formula_is_pointed_at(capsys, tmp_path):
    assert main(["export", "-f", "x^2 + (y", "-o", str(tmp_path / "a.mp4")]) == 2
    assert "^" in capsys.readouterr().err.splitlines()[2]


def test_an_old_file_is_not_replaced_without_force(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("mine")
    assert main(["export", *FORMULA, "-o", str(path)]) == 2
    assert path.read_text() == "mine"
    assert main(["export", *FORMULA, "-o", str(path), "--force"]) == 0
    assert path.read_text().startswith("run,")


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path):
    resource = pytest.importorskip("resource")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))

    path = tmp_path / "film.mp4"
    done = export(path, preexec_fn=limit)
    assert done.returncode == 1, done.stderr
    assert "disk is full" in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@contextlib.contextmanager
def running_export(path: Path):
    """A long export that has begun to draw."""
    words = [sys.executable, str(ROOT / "main.py"), "export", *FORMULA, "-o", str(path), "--force"]
    words += ["--size=640x360", "--seconds=600", "--view=contour", "--progress=json"]
    process = subprocess.Popen(
        words, stderr=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=bare_environment()
    )
    assert process.stdin is not None and process.stderr is not None
    try:
        assert process.stderr.readline().startswith("{")
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stderr.close()


@pytest.mark.parametrize("how", ["interrupt", "terminate", "cancel"])
def test_a_stopped_export_leaves_the_old_file_alone(tmp_path, how):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")
    with running_export(path) as process:
        if how == "cancel":
            process.stdin.write("cancel\n")
            process.stdin.flush()
        else:
            process.send_signal(signal.SIGINT if how == "interrupt" else signal.SIGTERM)
        assert process.wait(timeout=120) == 130
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_export_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")
    with running_export(path) as process:
        process.kill()
        process.wait(timeout=120)
    assert path.read_bytes() == b"old"


def test_several_labs_into_a_folder(tmp_path):
    for name, formula in (("one", "x^2 + y^2"), ("broken", "x^2 + ("), ("two", "x y")):
        (tmp_path / f"{name}.nabla").write_bytes(encode(Lab(formula=formula, steps=3)))
    labs = [str(tmp_path / f"{name}.nabla") for name in ("one", "broken", "two")]
    out = tmp_path / "out"
    done = run_program("export", *labs, "-o", f"{out}/", "--format=csv", "--jobs=2")
    assert done.returncode == 2
    assert sorted(path.name for path in out.iterdir()) == ["one.csv", "two.csv"]
    assert "broken.nabla" in done.stderr and "not finished" in done.stderr
    assert main(["export", labs[0], labs[2], "-o", str(out), "--format=csv", "--force"]) == 0


def test_where_nothing_can_draw_it_says_what_to_install(monkeypatch):
    def fail() -> contexts.Context:
        raise RuntimeError("no such EGL platform")

    monkeypatch.setattr(contexts, "_ways", lambda: [("EGL surfaceless", fail), ("EGL device", fail)])
    with pytest.raises(CannotRender) as caught:
        contexts.open_context()
    assert caught.value.code == EXIT_CANNOT_RENDER
    assert caught.value.reasons == (
        "EGL surfaceless: no such EGL platform",
        "EGL device: no such EGL platform",
    )
    assert "libegl1" in str(caught.value)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="EGL")
@pytest.mark.parametrize("way", ["surfaceless", "device", "qt"])
def test_each_way_of_drawing_gives_the_same_picture(way):
    code = f"""
import sys
from gui.commands import main
from gui.export import contexts
contexts.prepare_platform()
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
try:
    egl = contexts._EglContext
    context = {{"surfaceless": egl.surfaceless, "device": egl.device, "qt": contexts._QtContext}}[{way!r}]()
except Exception as error:
    print("absent", error); sys.exit()
from OpenGL import GL
from gui.export.framebuffer import Framebuffer
target = Framebuffer((32, 16))
target.bind()
GL.glClearColor(1.0, 0.5, 0.0, 1.0); GL.glClear(GL.GL_COLOR_BUFFER_BIT)
GL.glEnable(GL.GL_SCISSOR_TEST); GL.glScissor(0, 0, 8, 4)
GL.glClearColor(0.0, 0.0, 1.0, 1.0); GL.glClear(GL.GL_COLOR_BUFFER_BIT)
image = target.read()
print(context.kind, *(image.pixelColor(*at).name() for at in ((0, 0), (0, 15), (8, 15))))
target.close(); context.close()
"""
    done = run_python("-c", code, env=bare_environment())
    assert done.returncode == 0, done.stderr
    if done.stdout.startswith("absent"):
        assert way != "surfaceless"  # the one that this project relies on
        return
    assert done.stdout.split() == [way, "#ff8000", "#0000ff", "#ff8000"]


@pytest.mark.parametrize(
    "spec",
    [
        Spec(size_px=(1920, 1080)),
        Spec(
            size_px=(640, 360),
            fps=24.0,
            seconds=3.5,
            hold_first_s=0.5,
            hold_last_s=1.0,
            loop=False,
            views=("contour",),
            cards=("formula", "curve"),
            run=1,
            row=4,
            language="ko",
            theme="light",
            transparent=True,
            camera="orbit",
            at_steps=7.0,
            dpi=300.0,
            codec="av1",
        ),
        Spec(cards=(), views=("curves", "surface"), speed=12.5, hold_last_s=2.0),
    ],
)
def test_the_dialogs_choices_travel_as_options(spec):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert spec_from(parser.parse_args(["-o", "a.mp4", *spec_arguments(spec)])) == spec
