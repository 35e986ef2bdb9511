"""What is said of functions is true: tables, sentences and edges against a corpus of what is known."""

import math
import re

import numpy as np
import pytest
from msgspec import Struct

from engine.analysis import analyse
from engine.analysis.findings import Analysis
from engine.document.lab import Lab, Variable
from engine.formula import parse
from engine.function.field import sample
from engine.function.objective import Objective
from engine.function.plane import Plane
from engine.solving.posing import pose_formula
from tests.engine.analysis.corpus.by_hand import ROWS

RESOLUTION = 41  # as coarse as over much data: what is true shows there, too
KINDS = {"min": "minimum", "max": "maximum"}
NAMES = {"pi": math.pi, "e": math.e, "inf": math.inf}
FUNCTIONS = {"sqrt": math.sqrt, "ln": math.log}
CORPUS = [(*row, {}) if len(row) == 2 else row for row in ROWS]


class Fact(Struct, frozen=True):
    """One of `tests.engine.analysis.corpus.by_hand`."""

    kind: str
    where: str = ""
    point: tuple[float, ...] | None = None
    value: float = math.nan
    reached: bool = True


def number(text: str) -> float:
    return float(eval(text, {"__builtins__": {}}, NAMES | FUNCTIONS))  # of the corpus, which is code


def facts_of(text: str) -> list[Fact]:
    return [fact_of(part.strip()) for part in text.split(";")]


def fact_of(text: str) -> Fact:
    words, _, value = re.sub("->", "=", text).partition(" = ")
    kind, *rest = words.split()
    where = rest.pop(0) if kind in ("least", "greatest", "curve", "region") else ""
    point = tuple(map(number, rest[0].split(","))) if rest and rest[0] != "*" else None
    return Fact(kind, where, point, number(value) if value else math.nan, "->" not in text)


def analysis_of(text: str, box: dict) -> Analysis:
    lab = Lab(formula=text, variables={name: Variable(lo=lo, hi=hi) for name, (lo, hi) in box.items()})
    posed, problems = pose_formula(lab, parse(text))
    assert posed is not None, problems
    setup = posed.setup
    objective = Objective.bind(posed.formula, dict(setup.held))
    field = sample(
        objective, setup, lab.display, resolution=RESOLUTION, plane=Plane.of(setup, setup.starts[0])
    )
    return analyse(objective, setup, field)


def close(a: float, b: float, size: float = 1.0) -> bool:
    return a == b or abs(a - b) <= 2e-6 * max(abs(b), size)


@pytest.mark.long
@pytest.mark.parametrize(("text", "truth", "box"), CORPUS, ids=[f"{row[0][:36]}" for row in CORPUS])
def test_what_is_said_is_true(text: str, truth: str, box: dict) -> None:
    facts, found = facts_of(truth), analysis_of(text, box)
    check_points(facts, found)
    check_continua(facts, found)
    check_edges(facts, found)
    check_sentences(facts, found)


def check_points(facts: list[Fact], found: Analysis) -> None:
    """Every point that is known is found, and no other, each of its kind and value."""
    told = [
        ("k" * point.at_kink + {"minimum": "min", "maximum": "max"}.get(point.kind, point.kind), point)
        for point in found.critical_points
    ]
    known = [fact for fact in facts if fact.point is not None and not fact.where]
    for fact in known:
        same = [
            point
            for kind, point in told
            if kind == fact.kind and all(map(close, point.point.tolist(), fact.point))
        ]
        assert len(same) == 1, (fact, told)
        assert close(same[0].value, fact.value, 1e-6 * abs(fact.value)), (fact, same[0])
    assert "some" in {fact.kind for fact in facts} or len(told) == len(known), told


def check_continua(facts: list[Fact], found: Analysis) -> None:
    for region, name in ((False, "curve"), (True, "region")):
        told = {(family.kind, round(family.value, 6)) for family in found.families if family.region == region}
        known = {
            (KINDS.get(fact.where, fact.where), round(fact.value, 6)) for fact in facts if fact.kind == name
        }
        assert known == told or (known <= told and "some" in {fact.kind for fact in facts}), (known, told)


def check_edges(facts: list[Fact], found: Analysis) -> None:
    """The least and the greatest value lie where they are known to, and are reached or not."""
    edges = {edge.extreme: edge for edge in found.edges}
    for fact in facts:
        if fact.kind not in ("least", "greatest"):
            continue
        if fact.where == "inside":
            assert fact.kind not in edges, edges
            continue
        edge = edges[fact.kind]
        assert edge.of == fact.where, edge
        assert close(edge.value, fact.value), (fact, edge)
        assert edge.reached is (fact.reached and math.isfinite(fact.value)) or (
            edge.reached is None and fact.point is None
        ), edge
        if fact.point is not None:
            assert all(map(close, edge.point.tolist(), fact.point)), (fact, edge)


def check_sentences(facts: list[Fact], found: Analysis) -> None:
    """Nothing that is known is denied, and what is said of least values is what is known."""
    kinds = {fact.kind for fact in facts}
    if "lacks" in kinds or "has" in kinds:
        assert found.lacks_minimum is ("lacks" in kinds)
    said = " ".join(sentence.render("en") for sentence in found.diagnosis)
    minima = {"min", "kmin"} & kinds or any(fact.where == "min" for fact in facts)
    if minima or "has" in kinds:
        assert "No minimum lies" not in said and "f has no minimum" not in said
    if not minima and "some" not in kinds and "outside of the drawn range" not in said:
        assert not re.search(r"(1 minimum|\d+ minima|only minimum|curve of minima|region of minima)", said)
    if any(fact.point is not None and not fact.where for fact in facts):
        assert "No critical point" not in said
    if any(fact.value == -math.inf for fact in facts if fact.kind == "least"):
        assert "below every bound" in said
    assert "NaN" not in said or "neither" in kinds or "min" in kinds
    assert not re.search(r"(?<!\w)[wxyz] = −?[\d.]*(×10|10)⁻[¹²³]", said), "dust is no coordinate"


def test_the_corpus_is_large() -> None:
    assert len({row[0] for row in CORPUS}) >= 200


def test_numpy_is_quiet() -> None:
    with np.errstate(all="raise"):
        analysis_of("1/x", {})
