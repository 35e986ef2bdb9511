"""The axes of the picture: their notation, and what a file may hold of them."""

import pytest

from engine.document.axes import (
    KINDS,
    AxesError,
    LeadingCurvature,
    LineBetweenEnds,
    PrincipalComponents,
    RandomDirections,
    TwoVariables,
    axes_of_text,
    kind_of,
)
from engine.document.lab import Lab
from engine.document.labfile import LabFileError, decode, encode


@pytest.mark.parametrize(
    ("text", "axes"),
    [
        ("variables", TwoVariables()),
        (" random ", RandomDirections()),
        ("random(seed=12, through=playhead)", RandomDirections(12, "playhead")),
        ("pca(through=start)", PrincipalComponents("start")),
        ("curvature", LeadingCurvature("playhead")),
        ("line(first=2, second=1)", LineBetweenEnds(1, 0)),
    ],
)
def test_the_notation(text, axes):
    assert axes_of_text(text) == axes
    assert KINDS[kind_of(axes)] is type(axes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no plane"),
        ("svd", "there are: variables, random, pca, curvature, line"),
        ("random(seed)", "is wrong"),
        ("random(seed=-1)", "is wrong"),
        ("random(seed=1.5)", "is wrong"),
        ("pca(seed=1)", "is wrong"),
        ("pca(through=middle)", "is wrong"),
        ("line(first=0)", "is wrong"),
        ("pca()()", "names no plane"),
        ("random(seed=" + "9" * 99 + ")", "is wrong"),
    ],
)
def test_what_is_wrong_is_said(text, said):
    with pytest.raises(AxesError, match=said):
        axes_of_text(text)


@pytest.mark.parametrize("axes", [RandomDirections(7), LineBetweenEnds(0, 3), LeadingCurvature("end")])
def test_a_lab_keeps_them(axes):
    assert decode(encode(Lab(axes=axes))).axes == axes


def test_a_file_with_other_axes_is_refused():
    for bad in ('{"kind": "pca", "seed": 1}', '{"kind": "umap"}', '{"kind": "random", "seed": -1}'):
        with pytest.raises(LabFileError, match="wrong entry"):
            decode(f'{{"axes": {bad}}}'.encode())
