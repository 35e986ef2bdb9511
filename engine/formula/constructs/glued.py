"""Letters run together: xy, ax^2, sinx, xsiny, 2pix. Pure rules of letters, which read nothing.

Any thread; stdlib and msgspec only.
"""

from collections.abc import Collection
from typing import Final

from engine.formula.functions import FUNCTIONS, constant_named, function_named
from engine.formula.tokens import Token

_LONGEST_PRODUCT: Final = 12
_LONGEST_GLUED: Final = 24
_OTHER_WORDS: Final = frozenset({"cost", "sing", "tang"})
# Letters that are taken for variables when they are glued to a function.
_COMMON: Final = frozenset("xyzturvwabpq")
_AXES: Final = frozenset("xyz")


def factors_of(word: str, declared: Collection[str], following: Token) -> list[str] | None:
    """The factors that a word is a product of; None if it is none.

    Args:
        declared: the keys of the variables that the formula declares. following: the token after the word.
    """
    letters = word.rstrip("0123456789")
    digits = word[len(letters) :]
    if letters == "of":
        return None
    if len(letters) == 2 and not (letters in ("ln", "lg") and digits):
        if constant_named(letters) is None:
            return [letters[0], letters[1] + digits]
        return [letters, *([digits] if digits else [])]
    if constant_named(letters) is not None and digits:
        return [letters, digits]
    if letters.startswith("pi") and not digits and _COMMON.issuperset(letters[2:]) and len(letters) <= 4:
        return ["pi", *letters[2:]]  # 2pix
    if function_named(letters) is not None and digits:
        return [letters, digits]  # sin2x
    variables = {key for key in declared if len(key) == 1} or _AXES
    coefficient = len(letters) > 2 and _AXES.issuperset(letters[1:])  # bxy in ax² + bxy + cy²
    if len(letters) <= _LONGEST_PRODUCT and (coefficient or variables.issuperset(letters)):
        return [*letters[:-1], letters[-1] + digits]
    if len(letters) == 3 and letters[2] == "e" and following.kind == "^":
        return list(letters)  # axe^x
    if len(letters) > _LONGEST_GLUED or letters in _OTHER_WORDS:
        return None
    return _glued(letters, digits, variables | _COMMON, following.kind == "(")


def _glued(letters: str, digits: str, variables: Collection[str], applied: bool) -> list[str] | None:
    """Functions and variables run together: sinx, xsiny, xln; None if that is not what it is.

    Args:
        variables: the letters that may stand for one. applied: an opening bracket follows.
    """

    def split(at: int, run: int) -> list[str] | None:
        if at == len(letters):
            return []
        for stop in range(len(letters), at + 1, -1):
            word = letters[at:stop]
            spec = function_named(word) if len(word) > 2 or word == "ln" else None
            last = stop == len(letters)
            if word == "pi" or (spec is not None and (spec.bare or spec.name == "log" or (last and applied))):
                rest = split(stop, 0)
                if rest is not None:
                    return [word, *rest]
        if run < 2 and letters[at] in variables:
            rest = split(at + 1, run + 1)
            if rest is not None:
                return [letters[at], *rest]
        return None

    parts = split(0, 0)
    if parts is None or not any(len(part) > 1 and part != "pi" for part in parts):
        return None
    function_last = len(parts[-1]) > 1
    if applied and not function_last:
        return None  # sinus(x) is not sin(u s)·(x)
    if digits and function_last:
        return [*parts, digits]
    return [*parts[:-1], parts[-1] + digits]


def short_of_function(letters: str, others: Collection[str]) -> str | None:
    """The function that two letters before a bracket lack one letter of: sn(x) is hardly s·n·x.

    None where the letters, or one of the `others` that the formula uses, are sooner variables: ab(x + 1),
    mx(1 − x).
    """
    if _COMMON.issuperset(letters) or not _AXES.union(others).isdisjoint(letters):
        return None
    for name in FUNCTIONS:
        if len(name) == 3 and name[0] == letters[0] and letters in (name[:2], name[0] + name[2]):
            return name
    return None
