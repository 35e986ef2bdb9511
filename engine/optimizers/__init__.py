"""Optimizers: a tagged union of small frozen settings, each with its pure (init, update) pair."""

from engine.optimizers.catalogue import GradientDescent, Optimizer, Racer

__all__ = ["GradientDescent", "Optimizer", "Racer"]
