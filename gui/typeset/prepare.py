"""What is done to TeX before mathra sees it: the constructs that it would not draw as they are meant.

- `\\operatorname{arg\\,min}` loses its space: written as a \\mathop of upright letters.
- Rows of tall matrices and cases touch or overlap: each row gets a strut of the height of its cells.
- Hangul has no glyphs: a \\rule of the text's width holds the place, and Qt's outlines go there.
Any thread that may use fonts.
"""

import re
from functools import cache, lru_cache
from typing import Final

import mathra
from msgspec import Struct
from PySide6.QtGui import QFont, QFontMetricsF

from gui.style import app_font

EM: Final = 1000.0
TEXT_SCALE: Final = 0.9  # of the app's face beside STIX, so that the letters look equally large
PLACE: Final = "hangul"  # colours "hangul0", "hangul1"… name the places of texts
_TEXT_ASCENT, _TEXT_DEPTH = 0.78, 0.2  # of Hangul, em
_ROW_GAP = 0.26  # em, above and below a tall row
_ROW_ASCENT, _ROW_DEPTH = 0.72, 0.28  # em; what an ordinary row has room for

_CJK = "\u1100-\u11ff\u3000-\u303f\u3130-\u318f\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_OPERATOR = re.compile(r"\\operatorname(\*?)\{([^{}]*\\[,;: ][^{}]*)\}")
_BEGIN = re.compile(r"\\begin\{((?:[pbvBV]?matrix|cases|rcases|aligned|array|smallmatrix)\*?)\}")
_VIEW_BOX = re.compile(r'viewBox="\S+ (\S+) \S+ (\S+)"')


@cache
def _foreign() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A text with Hangul in it, and a bare run of Hangul; compiled when first met, which takes 9 ms."""
    text = rf"\\(?:text|textrm|mathrm|operatorname)\{{([^{{}}$\\]*[{_CJK}][^{{}}$\\]*)\}}"
    return re.compile(text), re.compile(rf"[{_CJK}]+(?: +[{_CJK}]+)*")


class Prepared(Struct, frozen=True):
    """TeX for mathra, and the texts that Qt draws at its places."""

    tex: str
    texts: tuple[str, ...] = ()


def text_font() -> QFont:
    """The face of the texts within formulas, one em = 1000 units."""
    font = app_font()  # loads the bundled faces, also where no window is ever shown
    font.setPixelSize(round(EM * TEXT_SCALE))
    return font


@lru_cache(maxsize=512)
def _text_width_em(text: str) -> float:
    return QFontMetricsF(text_font()).horizontalAdvance(text) / EM


def prepare(tex: str) -> Prepared:
    """`tex` as mathra can draw it."""
    if "\\operatorname" in tex:
        tex = _OPERATOR.sub(_upright_operator, tex)
    texts: list[str] = []
    if not tex.isascii():

        def place(text: str) -> str:
            texts.append(text)
            size = f"[-{_TEXT_DEPTH}em]{{{{width}}}}{{{_TEXT_ASCENT + _TEXT_DEPTH}em}}"
            strut = "\\rule" + size.replace("{width}", "0pt")
            rule = "\\rule" + size.replace("{width}", f"{_text_width_em(text):.4f}em")
            # The strut takes the colour of what surrounds the text; the rule's colour names the place.
            return f"{{{strut}\\textcolor{{{PLACE}{len(texts) - 1}}}{{{rule}}}}}"

        marked, bare = _foreign()
        tex = marked.sub(lambda match: place(match[1]), tex)
        tex = bare.sub(lambda match: place(match[0]), tex)
    if "\\begin{" in tex:
        tex = _with_struts(tex)
    return Prepared(tex, tuple(texts))


def _upright_operator(match: re.Match[str]) -> str:
    limits = "" if match[1] else "\\nolimits "
    return rf"\mathop{{\mathrm{{{match[2]}}}}}{limits}"


def _with_struts(tex: str) -> str:
    """`tex` with a strut in the first cell of every tall row of its tables, the inner ones first."""
    out: list[str] = []
    position = 0
    while match := _BEGIN.search(tex, position):
        name = match[1]
        end = _end_of(tex, match.end(), name)
        if end is None:
            break
        body_start = match.end()
        if name == "array" and tex[body_start : body_start + 1] == "{":
            body_start = tex.index("}", body_start) + 1
        body = _with_struts(tex[body_start:end])
        out += [tex[position:body_start], _strut_rows(body, display=name.startswith("aligned"))]
        position = end
    out.append(tex[position:])
    return "".join(out)


def _end_of(tex: str, start: int, name: str) -> int | None:
    """Where the \\end{name} belonging to a \\begin{name} before `start` begins."""
    depth = 1
    for match in re.finditer(r"\\(begin|end)\{" + re.escape(name) + r"\}", tex[start:]):
        depth += 1 if match[1] == "begin" else -1
        if depth == 0:
            return start + match.start()
    return None


def _strut_rows(body: str, *, display: bool) -> str:
    rows = split_top_level(body, "\\\\")
    out: list[str] = []
    for row in rows:
        gap = re.match(r"\s*\[[^\]]*\]", row)  # of the \\[4pt] before this row
        head, cells = (gap[0], row[gap.end() :]) if gap else ("", row)
        extents = [_extent_em(cell, display) for cell in split_top_level(cells, "&")]
        ascent = max((extent[0] for extent in extents), default=0.0)
        depth = max((extent[1] for extent in extents), default=0.0)
        strut = ""
        if cells.strip() and (ascent > _ROW_ASCENT + _ROW_GAP or depth > _ROW_DEPTH + _ROW_GAP):
            depth = max(depth, _ROW_DEPTH) + _ROW_GAP
            height = max(ascent, _ROW_ASCENT) + _ROW_GAP + depth
            strut = rf"\rule[-{depth:.3f}em]{{0pt}}{{{height:.3f}em}}"
        out.append(f"{head}{strut}{cells}")
    return "\\\\".join(out)


@lru_cache(maxsize=1024)
def _extent_em(cell: str, display: bool) -> tuple[float, float]:
    """How far a cell reaches above and below the baseline, in em; nothing where it cannot be set."""
    try:
        box = _VIEW_BOX.search(mathra.tex_to_svg(cell.strip(), display=display))
    except ValueError:
        return 0.0, 0.0
    if box is None:
        return 0.0, 0.0
    top, height = float(box[1]), float(box[2])
    return -top / EM, (height + top) / EM


def split_top_level(tex: str, separator: str) -> list[str]:
    """`tex` cut at each `separator` that is in no braces and no environment."""
    parts: list[str] = []
    depth = 0
    start = index = 0
    while index < len(tex):
        if tex.startswith("\\begin{", index):
            depth += 1
            index += 6
        elif tex.startswith("\\end{", index):
            depth -= 1
            index += 4
        elif depth == 0 and tex.startswith(separator, index):
            parts.append(tex[start:index])
            index += len(separator)
            start = index
        elif tex[index] == "\\":
            index += 2
        else:
            depth += (tex[index] == "{") - (tex[index] == "}")
            index += 1
    parts.append(tex[start:])
    return parts
