"""Optimizers: a tagged union of small frozen settings, each with its pure (init, update) pair."""

from engine.optimizers.catalogue import (
    GROUPS,
    METHODS,
    SCHEDULES,
    FieldProblem,
    Leg,
    Optimizer,
    Racer,
    Schedule,
    problems_of,
)
from engine.optimizers.gradient_descent import GradientDescent
from engine.optimizers.method import FieldSpec, Method, fields_of, tag_of
from engine.optimizers.spec import SpecError, format_spec, parse_spec
from engine.optimizers.transform import Moment, Step, TermSpec, Transform

__all__ = [
    "GROUPS",
    "METHODS",
    "SCHEDULES",
    "FieldProblem",
    "FieldSpec",
    "GradientDescent",
    "Leg",
    "Method",
    "Moment",
    "Optimizer",
    "Racer",
    "Schedule",
    "SpecError",
    "Step",
    "TermSpec",
    "Transform",
    "fields_of",
    "format_spec",
    "parse_spec",
    "problems_of",
    "tag_of",
]
