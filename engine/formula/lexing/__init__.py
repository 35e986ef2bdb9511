"""Characters → tokens: one lexer for plain text, Unicode, LaTeX, Python and Wolfram notation."""

from engine.formula.lexing.lexer import tokenize

__all__ = ["tokenize"]
