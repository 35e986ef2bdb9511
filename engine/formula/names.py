"""Names of variables: which spellings are the same variable, in which order they come, how they look.

"w1", "w_1", "w_{1}" and "w₁" are one variable, "theta" and "θ" another. A formula keeps the first spelling.
Any thread; stdlib only.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

GREEK: Final[dict[str, str]] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
GREEK_LETTERS: Final[dict[str, str]] = {letter: name for name, letter in GREEK.items()}
GREEK_VARIANTS: Final[dict[str, str]] = {
    "ϵ": "ε", "ϑ": "θ", "ϕ": "φ", "ϱ": "ρ", "ς": "σ", "ϖ": "π", "ϰ": "κ", "µ": "μ", "Ω": "Ω", "∆": "Δ",
}  # fmt: skip
# π is a constant, but a letter with an index, or declared, is a variable.
_GREEK: Final = {**GREEK, "pi": "π"}
_GREEK_LETTERS: Final = {**GREEK_LETTERS, "π": "pi"}
DECORATIONS: Final = ("hat", "bar", "tilde", "vec", "dot", "star")
_MARKS: Final = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "star": "*"}
_LOWERED: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

_PARTS = re.compile(r"([^\W\d_]+)(\d*)((?:_[^\W_]+)*)")


def parts_of(name: str) -> tuple[str, tuple[str, ...]]:
    """The letter and the indices of a name: "w_1" and "w1" give ("w", ("1",)); Greek as its letter."""
    match = _PARTS.fullmatch(name)
    if match is None:
        return name, ()
    letter, digits, rest = match.groups()
    letter = _GREEK.get(letter, letter)
    indices = tuple(part for part in rest.split("_") if part)
    return letter, ((digits,) if digits else ()) + indices


def is_name(name: str) -> bool:
    """Whether a formula could write `name` as one variable: "w_1", "theta", "y_hat", a declared word."""
    match = _PARTS.fullmatch(name)
    return match is not None and (match.group(1).isascii() or match.group(1) in _GREEK_LETTERS)


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """The same for all spellings of one variable."""
    letter, indices = parts_of(name)
    return "_".join((letter, *indices))


def natural_order(name: str) -> tuple[object, ...]:
    """Sorts x, y, z; w_1, w_2, w_10; small letters before their capitals, Latin before Greek."""
    letter, indices = parts_of(name)
    ranks = tuple((0, int(i), "") if i.isdecimal() else (1, 0, i) for i in indices)
    return (not letter.isascii(), letter.lower(), letter.isupper(), ranks)


_WEIGHT: Final = re.compile(r"(\d+)\.([wb])[a-z]*(\[[\d,]+\])")  # a single one of a network


def name_text(name: str) -> str:
    """A name in a sentence: "w_12" → w₁₂, "theta_1" → θ₁; as it was typed where Unicode has no such index.

    >>> [name_text(name) for name in ("x", "w_12", "theta1", "y_hat", "w_max")]
    ['x', 'w₁₂', 'θ₁', 'ŷ', 'w_max']
    """
    letter, indices = parts_of(name)
    if len(indices) == 1 and indices[0].isdecimal():
        return letter + indices[0].translate(_LOWERED)
    if len(letter) == 1 and len(indices) == 1 and indices[0] in _MARKS:
        return unicodedata.normalize("NFC", letter + _MARKS[indices[0]])
    return "_".join((letter, *indices))


def name_latex(name: str) -> str:
    """A name typeset: "w_12" → w_{12}, "theta" → \\theta, "y_hat" → \\hat{y}.

    A weight of a network, "0.weight[1,0]" → w_{0[1,0]}.
    """
    weight = _WEIGHT.fullmatch(name)
    if weight is not None:
        return f"{weight[2]}_{{{weight[1]}{weight[3]}}}"
    letter, indices = parts_of(name)
    greek = _GREEK_LETTERS.get(letter)
    if greek is not None:
        latex = letter if greek == "omicron" else "\\" + greek
        latex = {"\\epsilon": r"\varepsilon", "\\phi": r"\varphi"}.get(latex, latex)
    else:
        latex = letter if len(letter) == 1 else rf"\mathrm{{{letter}}}"
    below: list[str] = []
    for index in indices:
        if index == "star":
            latex = f"{latex}^{{*}}"
        elif index in DECORATIONS:
            latex = rf"\{index}{{{latex}}}"
        elif index in GREEK:
            below.append("\\" + index)
        elif index.isdecimal() or len(index) <= 2:
            below.append(index)
        else:
            below.append(rf"\mathrm{{{index}}}")
    return f"{latex}_{{{','.join(below)}}}" if below else latex


def split_index(latex: str) -> tuple[str, str]:
    """A typeset name without its index, and the index: ("w", "12") of "w_{12}"; ("x", "") of "x".

    So that each can be wrapped in a colour by itself, and an exponent stands above the index.
    """
    letter, sign, index = latex.rpartition("_{")
    return (letter, index[:-1]) if sign and index.endswith("}") and "^" not in letter else (latex, "")
