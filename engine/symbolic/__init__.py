"""Exact derivatives, made by sympy in a child process that can be killed."""

from engine.symbolic.client import Cancelled, Deriver, SymbolicError
from engine.symbolic.derivation import Derivation, Expression

__all__ = ["Cancelled", "Derivation", "Deriver", "Expression", "SymbolicError"]
