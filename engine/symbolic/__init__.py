"""Exact derivatives, made by sympy in a child process that can be killed."""

from engine.symbolic.client import Deriver, Late, SymbolicError
from engine.symbolic.derivation import Derivation, Entry, Expression, all_entries

__all__ = ["Derivation", "Deriver", "Entry", "Expression", "Late", "SymbolicError", "all_entries"]
