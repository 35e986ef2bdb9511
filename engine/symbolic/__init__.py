"""Exact derivatives, made by sympy in a child process that can be killed."""

from engine.symbolic.client import Deriver, SymbolicError
from engine.symbolic.derivation import Derivation, Expression

__all__ = ["Derivation", "Deriver", "Expression", "SymbolicError"]
