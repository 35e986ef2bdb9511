"""Optimizers as text: what is read, what is refused, and with what words."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.i18n import catalog
from engine.optimizers import (
    GROUPS,
    METHODS,
    SCHEDULES,
    Racer,
    SpecError,
    fields_of,
    format_spec,
    parse_spec,
    tag_of,
)
from engine.optimizers.schedules import Cosine


def test_reads_settings_of_all_kinds():
    racer = parse_spec("  SGD( lr = .5, momentum=9e-1, nesterov=true, weight_decay=0 )")
    assert (racer.optimizer.lr, racer.optimizer.momentum, racer.optimizer.nesterov) == (0.5, 0.9, True)


def test_reads_what_belongs_to_the_racer():
    racer = parse_spec("adam(lr=0.1, schedule=cosine(steps=50, floor=0.1), noise=0.2, clip=1, name='A')")
    assert racer.schedule == Cosine(steps=50, floor=0.1)
    assert (racer.noise, racer.clip_norm, racer.name) == (0.2, 1.0, "A")
    assert parse_spec("gd(schedule=warmup)").schedule.steps == 10


@pytest.mark.parametrize(
    ("text", "span", "field", "words"),
    [
        ("gd(lr=0)", (6, 7), "lr", "greater than 0"),
        ("gd(lr=-0.1)", (6, 10), "lr", "greater than 0"),
        ("gd(lr=−0.1)", (6, 10), "lr", "greater than 0"),
        ("gd(lr=1e308)", (6, 11), "lr", "at most 10⁶; it is 10³⁰⁸"),
        ("adam(beta1=1.00000002)", (11, 21), "beta1", "less than 1; it is 1.00000002"),
        ("gd(lr=nan)", (6, 9), "lr", "finite"),
        ('gd(lr="abc")', (6, 11), "lr", "must be a number"),
        ("gd(lr=abc)", (6, 9), "lr", "must be a number"),
        ("adam(beta1=1)", (11, 12), "beta1", "less than 1"),
        ("gd(nesterov=1)", (12, 13), "nesterov", "true or false"),
        ("gd(nesterov=true)", (3, 11), "nesterov", "momentum above 0"),
        ("gd(lr=0.1, lr=0.2)", (11, 13), "lr", "twice"),
        ("gd(schedule=cosine(steps=1.5))", (25, 28), "steps", "whole number"),
        ("gd(0.1)", (3, 6), "", "lr=0.1"),
        ("gd(lr=0.1", (9, 10), "", "ends where"),
        ("gd lr", (3, 5), "", "the end"),
        ("gd(lr=0.1; x)", (9, 10), "", "means nothing"),
        ("gd(lr=cosine(steps=3))", (6, 12), "lr", "must be a number"),
        ("", (0, 1), "", "missing"),
        ("gd" * 2000, (2000, 4000), "", "longer than"),
    ],
)
def test_names_what_is_wrong_and_where(text, span, field, words):
    with pytest.raises(SpecError) as caught:
        parse_spec(text)
    assert words in caught.value.message.render()
    assert (caught.value.span, caught.value.field) == (span, field)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("adm", "adam"), ("adam(bta1=0.5)", "beta1"), ("gd(schedule=cosin)", "cosine"), ("gd(nois=1)", "noise")],
)
def test_suggests_the_nearest_name(text, suggestion):
    with pytest.raises(SpecError) as caught:
        parse_spec(text)
    assert caught.value.hint.render() == f"Did you mean {suggestion}?"


@given(
    st.text(max_size=40)
    | st.from_regex(r"(gd|adam)\(([a-z_]{1,9}=[-0-9.e]{1,5},? ?){0,3}\)?", fullmatch=True)
)
def test_any_text_is_a_racer_or_a_spec_error(text):
    try:
        racer = parse_spec(text)
    except SpecError as error:
        assert 0 <= error.span[0] < error.span[1]
    else:
        assert parse_spec(format_spec(racer)) == racer


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_every_method_survives_text_and_json(method):
    racer = Racer(optimizer=method())
    assert parse_spec(format_spec(racer)) == racer
    assert parse_spec(format_spec(racer, full=True)) == racer
    assert msgspec.json.decode(msgspec.json.encode(racer), type=Racer) == racer


@pytest.mark.parametrize("kind", [*METHODS.values(), *SCHEDULES.values()])
def test_every_setting_is_described_and_its_default_is_within_bounds(kind):
    assert kind.title.render()
    assert kind.formula
    for field in fields_of(kind):
        assert field.description.render() != field.name
        assert field.problem(field.default) is None


def test_every_method_is_in_one_group():
    assert sorted(tag_of(method) for _, methods in GROUPS for method in methods) == sorted(METHODS)


def test_everything_about_the_methods_is_known_in_korean():
    known = catalog("ko")
    for kind in [*METHODS.values(), *SCHEDULES.values()]:
        assert kind.title.text in known
        for field in fields_of(kind):
            assert field.description.text in known
    assert all(heading.text in known for heading, _ in GROUPS)
    assert all(kind.note is None or kind.note.text in known for kind in SCHEDULES.values())
    for method in METHODS.values():
        assert method.summary.text in known
        for term in method().transform().terms:
            assert term.name.text in known
