"""The tables that ship: what they are made to be, the same every time."""

import csv

import numpy as np
import pytest

from engine.base.paths import DATA
from engine.document.column_names import can_name_a_column
from engine.document.datasets import MADE, MEASURED

PLANE = ["clouds", "xor", "circles", "moons", "spiral"]


def columns(name: str, rows: int = 400, noise: float = 0.0, seed: int = 3) -> list[np.ndarray]:
    return list(np.array(MADE[name].data(rows, noise, seed).rows).T)


@pytest.mark.parametrize("name", MADE)
def test_a_seed_makes_a_table(name: str) -> None:
    made = MADE[name]
    data = made.data()
    assert len(data.rows) == made.rows
    assert made.data() == data
    assert made.data(rows=30, noise=0.2, seed=1) != made.data(rows=30, noise=0.2, seed=2)
    assert data.columns == (("x_1", "x_2", "c") if name in PLANE else ("x", "y"))
    assert all(map(can_name_a_column, data.columns))
    assert made.title.render("ko") != made.title.render("en")


def test_the_numbers_are_those_of_pcg64() -> None:
    first, second = 0.6369616873214543, 0.2697867137638703  # the first that PCG64(0) gives
    rows = MADE["line"].data(noise=0.0).rows
    assert [row[0] for row in rows[:2]] == [round(4 * first - 2, 4), round(4 * second - 2, 4)]


@pytest.mark.parametrize("name", PLANE)
def test_every_batch_has_some_of_each_class(name: str) -> None:
    *_, c = columns(name)
    assert c.tolist() == [0.0, 1.0] * 200


@pytest.mark.parametrize("name", MADE)
def test_noise_is_a_standard_deviation(name: str) -> None:
    plain = np.array(MADE[name].data(4000, 0.0, 5).rows)
    scattered = np.array(MADE[name].data(4000, 0.3, 5).rows) - plain
    moved = scattered[:, :2] if name in PLANE else scattered[:, 1:]
    assert moved.std(axis=0) == pytest.approx(0.3, rel=0.05)
    assert np.abs(moved.mean(axis=0)).max() < 0.02


def test_line_and_sine() -> None:
    x, y = columns("line")
    assert np.abs(y - (2 * x + 1)).max() < 2e-4
    assert x.min() >= -2 and x.max() <= 2
    x, y = columns("sine")
    assert np.abs(y - np.sin(x)).max() < 2e-4


def test_xor_is_its_table() -> None:
    rows = set(MADE["xor"].data().rows)
    assert rows == {(0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 1.0, 0.0), (1.0, 0.0, 1.0)}


def test_circles_clouds_and_moons_lie_where_they_should() -> None:
    x, y, c = columns("circles")
    assert np.abs(np.hypot(x, y) - (2 - c)).max() < 2e-4
    x, y, c = columns("clouds")
    assert (x == 2 * c - 1).all() and (y == x).all()
    x, y, c = columns("moons")
    assert np.abs(np.hypot(x - c, y - c / 2) - 1).max() < 2e-4
    assert (y[c == 0] >= 0).all() and (y[c == 1] <= 0.5).all()


def test_the_arms_of_the_spiral_are_opposite() -> None:
    x, y, c = columns("spiral")
    radius = np.hypot(x, y)
    turned = 2 * np.pi * 1.25 * radius / 2 + np.pi * c
    assert np.abs(x - radius * np.cos(turned)).max() < 1e-3
    assert np.abs(y - radius * np.sin(turned)).max() < 1e-3
    assert radius.max() <= 2 and radius.min() >= 0.2 - 1e-4


def test_irises_are_fishers() -> None:
    data = MEASURED["iris"].data()
    assert data.columns == ("x_1", "x_2", "x_3", "x_4", "species")
    assert data.headers["x_3"] == "petal length (cm)"
    assert data.classes == {"species": ("setosa", "versicolor", "virginica")}
    table = np.array(data.rows)
    # the summary printed with the set, and the means of setosa in Fisher's own table
    assert table[:, :4].mean(axis=0).round(2).tolist() == [5.84, 3.06, 3.76, 1.20]
    assert table[:50, :4].mean(axis=0).round(3).tolist() == [5.006, 3.428, 1.462, 0.246]
    assert np.bincount(table[:, 4].astype(int)).tolist() == [50, 50, 50]


def test_penguins_are_those_of_palmer_station() -> None:
    data = MEASURED["penguins"].data()
    assert data.columns == ("x_1", "x_2", "x_3", "x_4", "species")
    assert data.rows[0] == (39.1, 18.7, 181.0, 3750.0, 0.0)
    assert data.classes == {"species": ("Adelie", "Chinstrap", "Gentoo")}
    table = np.array(data.rows)
    assert np.bincount(table[:, 4].astype(int)).tolist() == [50, 50, 50]
    mass = [table[table[:, 4] == k, 3].mean() for k in range(3)]
    assert mass[2] > 5000 > 4000 > max(mass[:2]), "gentoos are the heavy ones"


def test_source_and_licence_of_each_are_named() -> None:
    note = (DATA / "LICENCE.md").read_text(encoding="utf-8")
    assert {path.name for path in DATA.glob("*.csv")} == {one.file for one in MEASURED.values()}
    for one in MEASURED.values():
        assert f"`{one.file}`" in note and one.licence in note
        for author in one.source.rstrip("0123456789, ").split(", "):
            assert author in note
        with (DATA / one.file).open(encoding="utf-8") as file:
            assert len(list(csv.reader(file))) <= 201
