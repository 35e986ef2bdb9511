"""Which characters and LaTeX commands mean which sign: the tables of the lexer.

Any thread; stdlib only.
"""

import re
from typing import Final

SUPERSCRIPTS: Final = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝᵞᵟᶿᵠᵡ",
        "0123456789+-=()abcdefghijklmnoprstuvwxyzβγδθφχ",
        strict=True,
    )
)
SUBSCRIPTS: Final = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋₌ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", "0123456789+-=aehijklmnoprstuvxβγρφχ", strict=True)
)
FRACTIONS: Final = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
SIGNS: Final = {
    "×": "*", "·": "*", "∙": "*", "⋅": "*", "∗": "*", "•": "*", "✕": "*", "⨯": "*", "ㆍ": "*", "・": "*",
    "✖": "*", "⨉": "*", "‧": "*", "⋆": "*",
    "÷": "/", "∕": "/", "⁄": "/", "➗": "/", "➕": "+", "−": "-", "–": "-", "—": "-", "―": "-", "‐": "-",
    "‑": "-", "‒": "-", "˗": "-", "﹣": "-", "➖": "-",
    "≤": "<=", "≥": ">=", "≦": "<=", "≧": ">=", "⩽": "<=", "⩾": ">=", "≠": "!=", "∧": "&&", "∨": "||",
    "¬": "~",
    "√": "√", "∛": "∛", "∜": "∜", "∑": "∑", "∏": "∏", "‖": "‖", "∥": "‖", "⌊": "⌊", "⌋": "⌋", "⌈": "⌈",
    "⌉": "⌉", "°": "°", "º": "°", "˚": "°", "↦": "->", "→": "->", "⟶": "->", "⟼": "->", "⇒": "=>", "∣": "|",
    "│": "|", "❘": "|", "ǀ": "|", "⎪": "|", "≡": ":=", "≜": ":=", "≝": ":=",
    "′": "'", "’": "'", "≔": ":=", "…": "...", "⋯": "...",
    "∈": "∈", "┬": "_", "┴": "^", "¦": "¦",
    "∞": "∞", "±": "±", "∂": "∂", "∇": "∇", "∫": "∫", "ˆ": "^", "⟨": "(", "⟩": ")",
    "〖": "(", "〗": ")",
}  # fmt: skip
COMMAND_SIGNS: Final = {
    "cdot": "*", "cdotp": "*", "centerdot": "*",
    "times": "*", "ast": "*", "star": "*", "bullet": "*", "div": "/", "le": "<=", "leq": "<=",
    "leqslant": "<=", "leqq": "<=", "geqq": ">=",
    "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "land": "&&",
    "wedge": "&&", "lor": "||", "vee": "||", "lnot": "~", "neg": "~", "vert": "|", "mid": "|", "lvert": "|",
    "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "|": "‖", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "{": "(", "}": ")", "lbrace": "(", "rbrace": ")", "lbrack": "[",
    "rbrack": "]",
    "lparen": "(", "rparen": ")", "langle": "(", "rangle": ")", "sum": "∑", "prod": "∏", "to": "->",
    "mapsto": "->", "longmapsto": "->", "rightarrow": "->", "longrightarrow": "->", "Rightarrow": "=>",
    "coloneqq": ":=", "coloneq": ":=", "equiv": ":=", "triangleq": ":=", "surd": "√", "parallel": "‖",
    "in": "∈", "infty": "∞", "pm": "±", "partial": "∂", "nabla": "∇", "int": "∫",
    "dots": "...", "ldots": "...", "cdots": "...", "prime": "'", "circ": "°", "degree": "°", "\\": "newrow",
    "cr": "newrow", "colon": ":", "&": "&&", "%": "%",
}  # fmt: skip
COMMAND_SPACES: Final = frozenset(
    [
        ",",
        ";",
        ":",
        "!",
        ">",
        "quad",
        "qquad",
        "displaystyle",
        "textstyle",
        "scriptstyle",
        "limits",
        "nolimits",
        "left",
        "right",
        "middle",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "biggl",
        "biggr",
        "Biggl",
        "Biggr",
        "bigm",
        "Bigm",
        "thinspace",
        "enspace",
        "enskip",
        "space",
        "nonumber",
        "notag",
        "mathstrut",
        "rm",
        "it",
        "bf",
        "cal",
        "relax",
        "mathop",
        "mathrel",
        "mathbin",
        "hfill",
        "medspace",
        "thickspace",
        "negthinspace",
        "strut",
        "arg",
        "qty",
        "ensuremath",
        "smash",
        "underline",
        "scriptscriptstyle",
        "displaylimits",
        "(",
        ")",
        "[",
        "]",
    ]
) | {" ", "\n", "\t"}
# They, and what is in the braces after them, only change the look.
LOOKS: Final = frozenset(
    ["tag", "label", "color", "textcolor", "hspace", "vspace", "phantom", "hphantom", "vphantom"]
)
TEXT_COMMANDS: Final = frozenset(
    ["text", "textrm", "textit", "textbf", "textsf", "textnormal", "mbox", "hbox"]
)
WORD_COMMANDS: Final = frozenset(
    [
        "operatorname",
        "mathrm",
        "text",
        "mathbf",
        "mathit",
        "mathsf",
        "mathbb",
        "mathcal",
        "mathscr",
        "mathfrak",
        "mathtt",
        "mathnormal",
        "textrm",
        "textit",
        "textbf",
        "textsf",
        "textnormal",
        "boldsymbol",
        "bm",
        "pmb",
        "mbox",
        "hbox",
        "rm",
        "mathds",
        "mathup",
        "vb",
        "symbf",
        "symbfit",
    ]
)
LETTER_VARIANTS: Final = {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma",
    "varkappa": "kappa", "varGamma": "Gamma", "varDelta": "Delta",
}  # fmt: skip
# Commands of packages that are others under another name.
COMMAND_VARIANTS: Final = {
    "nicefrac": "frac", "sfrac": "frac", "flatfrac": "frac", "overrightarrow": "vec",
}  # fmt: skip
KNOWN_COMMANDS: Final = frozenset(
    [
        "frac",
        "dfrac",
        "tfrac",
        "cfrac",
        "sqrt",
        "begin",
        "end",
        "binom",
        "dbinom",
        "tbinom",
        "choose",
        "underset",
        "underbrace",
        "overbrace",
        "boxed",
        "over",
        "hat",
        "bar",
        "tilde",
        "vec",
        "dot",
        "overline",
        "widehat",
        "widetilde",
        "bmod",
        "mod",
        "pmod",
    ]
)
MODULES: Final = re.compile(
    r"(?:std::|(?:(?:np|numpy|math|Math|cmath|keras|torch|jnp|jax|sp|sympy|scipy|special"
    r"|stats|norm(?=\.[pc]df\()|tf|tensorflow|nn|functional|linalg|constants|builtins|functools|F|K)\.)+)"
    r"(?=[A-Za-z])"
)
FORTRAN_DOUBLE: Final = re.compile(r"[dD]0(?![A-Za-z0-9_])")  # the end of 2.0d0
OTHER_BASE: Final = re.compile(r"0[xXbBoO][0-9]")
NUMBER: Final = re.compile(
    r"([0-9]+(?:_[0-9]{3})*(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:(?:[eE]|\*\^)([+-]?[0-9]+))?(?:`[0-9.]*)?"
)
# Typst's names of signs and of variants of letters, with a point in them.
DOTTED: Final = re.compile(r"[a-z]+(?:\.[a-z]+)+(?![A-Za-z(\[])")
DOTTED_SIGNS: Final = {
    "dot.op": "*", "dot.c": "*", "times.op": "*", "plus.minus": "±", "minus.plus": "±", "lt.eq": "<=",
    "gt.eq": ">=", "eq.not": "!=", "lt.eq.slant": "<=", "gt.eq.slant": ">=", "arrow.r": "->",
    "arrow.r.bar": "->",
}  # fmt: skip
DOTTED_LETTERS: Final = {
    f"{name}.alt": name for name in ("epsilon", "phi", "theta", "kappa", "rho", "sigma", "beta")
}
WORD: Final = re.compile(r"log1p|deg2rad|rad2deg|[A-Za-z]+[0-9]*")
PYTHON_WORD: Final = re.compile(r"[A-Za-z]+(?:_[A-Za-z0-9]+){1,4}(?![A-Za-z0-9_])")
# Modules of arrays, and the names that mean something else, or nothing, without them.
ARRAY_MODULES: Final = ("np.", "numpy.", "jnp.", "torch.", "special.", "norm.")
ARRAY_NAMES: Final = {
    "sinc": "np_sinc", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
    "eq": "equal", "ne": "not_equal", "pdf": "normpdf", "cdf": "normcdf",
}  # fmt: skip
# The inside of \text{…} where it is only words, and one such word: thin spaces may stand within it.
PLAIN_WORDS: Final = re.compile(r"(?:[\sA-Za-z0-9,.~]|\\[,;:!> ])*")
WORD_INSIDE: Final = re.compile(r"log1p|[A-Za-z](?:(?:\\[,;:!>])*[A-Za-z])*[0-9]*|[0-9]+|,")
ONE_COMMAND: Final = re.compile(r"\s*\\[A-Za-z]+\s*")
HANGUL: Final = re.compile("[\uac00-\ud7a3]")
# Otherwise, as the last line of cases says it.
OTHERWISE: Final = re.compile(r"\s*(?:o\.?w\.?|o/w|elsewhere|(?=.*(?:그|나머지|기타|않)).*)\s*")
STYLED_WORD: Final = re.compile(r"(?:\{\s*\\(?:rm|it|bf|sf|tt)\s+|〖)(?P<word>[A-Za-z]{2,})\s*[}〗]")
MAXIMA_CONSTANT: Final = re.compile(r"%(?=(?:pi|e)(?![A-Za-z]))")
PIECES_BRACE: Final = re.compile(
    r"(?:\\left\s*)?\\(?:\{|lbrace)\s*(?=\\begin\s*\{[^{}]*\}(?:(?!\\right).)*\\right\s*\.)", re.DOTALL
)
CONTINUATION: Final = re.compile(r"\.\.\.[ \t]*\n")  # of MATLAB
COMMENT: Final = re.compile(r"#(?=\s)[^\n]*")
# Lines and remarks of a program, and marks around a formula, that say nothing of it.
PASSED_OVER: Final = re.compile(
    r"```[a-z]*|`|/\*.*?\*/|;\s*//[^\n]*|(?<![^\n;])(?:from\s+[\w.]+\s+)?import\s[^\n;]*[\n;]", re.DOTALL
)
PASSED_FIRST: Final = frozenset("`/;fi")
QUOTED: Final = re.compile(r"[\"“”][\w\s.,]*[\"“”]")
NOT_A_NOT: Final = re.compile(r"~++(?=\s*(?:[-+*/^=<>)\]},.&|_]|$))")  # it is a space of LaTeX here
NAMED_LETTER: Final = re.compile(r"\\\[([A-Z][a-z]+)\]")  # of Wolfram: \[Theta]
# A brace around one sign, which only changes the space around it: {=}, {\mapsto}
LONE_SIGN: Final = re.compile(r"\{\s*(?:\\(?P<name>[A-Za-z]+)|[-+=*/<>])\s*(?P<close>\})")
# A function in pieces as Wolfram's TeXForm writes it: a table that holds a brace and a table.
NESTED_PIECES: Final = re.compile(
    r"\\begin\{array\}\{cc\}\s*\\\{\s*&\s*"
    r"(?P<inner>\\begin\{array\}(?:(?!\\end).)*\\end\{array\})\s*\\\\\s*\\end\{array\}",
    re.DOTALL,
)
ALONE: Final = frozenset({"*", "/", "<=", ">=", "!=", "<", ">", "->", ":=", "+", "-"})
# Of Unicode's compatibility letters, those that do not mean the plain letter.
SET_APART: Final = ("<super>", "<sub>", "<circle>")
RADICALS: Final = {"2": "√", "3": "∛", "4": "∜"}
MEMBER: Final = re.compile(r"\.(?=[A-Za-z]+(?:_[a-z]+)*\()")  # of x.pow(2)
# After these a value begins.
OPENERS: Final = frozenset({"(", "[", "{", ",", ";", "+", "-", "*", "/", "^", "=", "<", ">", "<=", ">="})
# A bar's side, where LaTeX says which.
SIDES: Final = {
    "left": "open", "right": "close", "lvert": "open", "rvert": "close", "lVert": "open", "rVert": "close",
}  # fmt: skip
DELIMITER: Final = re.compile(r"\s*(?P<sign>\.|\||\\vert|\\\||\\Vert)?")  # what stands after \left
# What a command takes: words in braces or one letter; braces, which it passes over.
GROUP: Final = re.compile(r"\s*(?:\{(?P<braced>[^{}]*)\}|(?P<letter>[A-Za-z]))")
BRACES: Final = re.compile(r"\s*\{[^{}]*\}")
DIGITS: Final = frozenset("0123456789")
DIGIT_RUN: Final = re.compile(r"[0-9]*")
COMMAND: Final = re.compile(r"\\([A-Za-z]+\*?|.?)", re.DOTALL)
LONG_SIGNS: Final = re.compile(
    r"\.\.\.|-:|\|-->|%/%|~=|/=|\*\*|<=|>=|!=|<>|==|:=|&&|->|\.\.|=>|/;|//|\.\^|\.\*|\./|\.\+|\.-|%%"
)
SAME: Final = {
    "**": "^",
    "<>": "!=",
    "==": "=",
    ".^": "^",
    ".*": "*",
    "./": "/",
    ".+": "+",
    ".-": "-",
    "%%": "%",
    "~=": "!=",
    "/=": "!=",
    "%/%": "//",
    "|-->": "->",
    "-:": "/",
}
SHORT_SIGNS: Final = frozenset("#█┤+-*/^!=<>()[]{}|,;:_&?~'%@")
JAMO: Final = dict(
    zip("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", "qwertyuiopasdfghjklzxcvbnm", strict=True)
)
# Behind the end of a line: something that may be another line's name, and its = or what begins a shape.
_OF_SHAPE: Final = r"(?::|∈|\\in(?![A-Za-z])|\sin\s)\s{0,9}[-\w\\]"
NEXT_LINE: Final = re.compile(
    rf"[\r\n]\s{{0,40}}(?:[^\W\d]|\\[a-zA-Z])(?:[^\r\n;=<>!]{{0,60}}:?=(?!=)|[^\r\n;:=<>!]{{0,60}}{_OF_SHAPE})"
)
# A whole line that is the shape of a matrix: W_1: 8x2, W \in \mathbb{R}^{8 \times 2}.
SHAPE: Final = re.compile(rf"\s{{0,40}}[^\W\d][^:;=<>!]{{0,60}}?\s{{0,9}}{_OF_SHAPE}[^\r\n;=<>!]{{0,40}}")
ACCENTS: Final = {
    "\u0302": "_hat",
    "\u0304": "_bar",
    "\u0305": "_bar",
    "\u0303": "_tilde",
    "\u20d7": "_vec",
    "\u0307": "_dot",
}
# How signs and functions are called in Korean.
KOREAN_WORDS: Final = {
    "제곱근": "sqrt", "루트": "sqrt", "세제곱근": "cbrt", "세제곱": "^3", "제곱": "^2", "사인": "sin",
    "코사인": "cos", "탄젠트": "tan", "자연로그": "ln", "상용로그": "log10", "로그": "ln", "지수": "exp",
    "절댓값": "abs", "절대값": "abs", "최댓값": "max", "최솟값": "min", "파이": "pi", "세타": "theta",
    "알파": "alpha", "베타": "beta", "람다": "lambda", "시그모이드": "sigmoid", "시그마": "sum",
    "렐루": "relu", "엑스": "x", "와이": "y", "더하기": "+", "빼기": "-", "곱하기": "*", "나누기": "/",
    "분의": "/",
}  # fmt: skip
HANGUL_RUN: Final = re.compile("[가-힣]+")
# Letters of other alphabets that look like Latin ones.
LOOKALIKES: Final = dict(
    zip("асеіјорѕухАВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΧ", "aceijopsyxABEKMHOPCTXIJSABEZHIKMNOPTX", strict=True)
)
# They turn the direction of writing around, so that one formula is seen and another read.
OVERRIDES: Final = frozenset("\u202d\u202e")
# Signs that are not to be normalised, as they mean something as they are.
KEPT: Final = SUPERSCRIPTS.keys() | SUBSCRIPTS.keys() | FRACTIONS.keys() | SIGNS.keys() | JAMO.keys() | {"𝔼"}
