"""The looks are readable, their style sheet is complete, and the colours of the runs are told apart."""

import itertools
import re

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.base.paths import ROOT
from engine.document.marks import RUN_COLORS, RUN_SHAPES, shape_of
from gui.drawing.colormaps import colormap
from gui.network.drawing import FILL
from gui.style import style_sheet
from gui.theme import CHAIN_COLORS, SIGN_COLORS, THEMES, class_color, ink_on, mixed, sign_color

Floats = NDArray[np.float64]
MADE_BY_QT = {"QComboBoxPrivateContainer", "QMenuBar", "QTableCornerButton", "QTreeView"}

# Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB.
SEEN: dict[str, Floats] = {
    "by most": np.eye(3),
    "deuteranopic": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "protanopic": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}


def linear(rgb: Floats) -> Floats:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def linear_of(text: str) -> Floats:
    return linear(np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]))


def oklab(rgb: Floats) -> Floats:
    """Björn Ottosson 2020; equal distances look about equally far apart."""
    to_lms = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.793617785, -0.0040720468],
            [1.9779984951, -2.428592205, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.808675766],
        ]
    )
    return np.asarray(np.cbrt(np.clip(rgb, 0, 1) @ to_lms.T) @ to_lab.T)


def contrast(first: str, second: str) -> float:
    """After WCAG 2."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    dark, light = sorted(float(weights @ linear_of(color)) for color in (first, second))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("eyes", SEEN)
def test_the_first_four_runs_are_told_apart(eyes: str) -> None:
    colors = [oklab(linear_of(color) @ SEEN[eyes].T) for color in RUN_COLORS[:4]]
    for first, second in itertools.combinations(colors, 2):
        assert np.linalg.norm(first - second) > 0.11


@pytest.mark.parametrize("look", THEMES)
def test_the_first_two_runs_are_seen_on_either_look_and_on_the_surface(look: str) -> None:
    theme = THEMES[look]
    surface = oklab(linear(colormap("viridis")[:, :3] / 255))
    for color in RUN_COLORS[:2]:
        assert min(contrast(color, theme.card), contrast(color, theme.plot)) > 3
        assert np.linalg.norm(surface - oklab(linear_of(color)), axis=1).min() > 0.25


def test_no_run_is_white_as_the_critical_points_and_the_start_are() -> None:
    assert all(contrast(color, "#ffffff") > 1.5 for color in RUN_COLORS)


def test_no_two_runs_look_the_same_before_the_64th() -> None:
    shown = {(index % len(RUN_COLORS), shape_of(index)) for index in range(64)}
    assert len(shown) == 64
    assert len(RUN_SHAPES) == len(RUN_COLORS)


@pytest.mark.parametrize("look", THEMES)
def test_words_are_read_easily(look: str) -> None:
    theme = THEMES[look]
    assert contrast(theme.text, theme.card) > 12
    for token in ("muted", "danger", "warning", "success", "accent"):
        assert contrast(getattr(theme, token), theme.card) > 4.5, token


@pytest.mark.parametrize("look", THEMES)
@pytest.mark.parametrize("eyes", SEEN)
def test_signs_and_classes_are_told_apart_and_seen(eyes: str, look: str) -> None:
    theme = THEMES[look]
    classes = [class_color(index, theme).name() for index in range(4)]
    assert set(SIGN_COLORS[theme.name].values()) == set(classes[:2])
    assert all(contrast(color, theme.card) > 3 for color in classes)
    seen = [oklab(linear_of(color) @ SEEN[eyes].T) for color in classes]
    for first, second in itertools.combinations(seen[:3], 2):
        assert np.linalg.norm(first - second) > 0.08
    assert np.linalg.norm(seen[0] - seen[1]) > 0.2, "the two signs"


@pytest.mark.parametrize("look", THEMES)
def test_numbers_are_read_on_every_fill_of_a_neuron(look: str) -> None:
    theme = THEMES[look]
    for sign in (True, False):
        for share in np.linspace(0.0, FILL, 30).tolist():
            fill = mixed(theme.color("card"), sign_color(sign, theme), share)
            assert contrast(fill.name(), ink_on(fill, theme).name()) > 3.6


@pytest.mark.parametrize("look", THEMES)
def test_the_factors_of_the_chain_rule_are_read_and_told_apart(look: str) -> None:
    theme = THEMES[look]
    colors = list(CHAIN_COLORS[theme.name].values())
    assert all(contrast(color, theme.card) > 4.5 for color in colors)
    for first, second in itertools.combinations(map(linear_of, colors), 2):
        assert np.linalg.norm(oklab(first) - oklab(second)) > 0.11


@pytest.mark.parametrize("look", THEMES)
def test_the_style_sheet_is_complete(look: str) -> None:
    sheet = style_sheet(THEMES[look])
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")


def test_the_style_sheet_is_of_what_there_is() -> None:
    words = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "gui").rglob("*.py"))
    sheet = re.sub(r"\{[^}]*\}", "", style_sheet(THEMES["light"]))
    classes = set(re.findall(r"\bQ[A-Z]\w+", sheet)) - MADE_BY_QT
    assert {name for name in classes if name not in words} == set()
    roles = set(re.findall(r'role="([\w-]+)"', sheet))
    assert {role for role in roles if f'"{role}"' not in words} == set()
