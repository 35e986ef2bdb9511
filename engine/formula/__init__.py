"""The formula language: text → Ast with source spans, or a FormulaError that says where and what to do."""

from engine.formula.errors import FormulaError
from engine.formula.parser import Formula, parse, parse_partial
from engine.formula.typeset import to_latex, to_text, typeset

__all__ = ["Formula", "FormulaError", "parse", "parse_partial", "to_latex", "to_text", "typeset"]
