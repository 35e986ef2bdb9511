"""Typesetting in Qt: TeX → paths, in under a millisecond; the one widget that shows it. GUI thread."""

from gui.typeset.label import FormulaLabel, palette_color, without_colors
from gui.typeset.layout import Layout, fitted, layout_tex, layout_text, paint_tex
from gui.typeset.marks import mark
from gui.typeset.picture import Region, TypesetPicture, speech, typeset

__all__ = [
    "FormulaLabel",
    "Layout",
    "Region",
    "TypesetPicture",
    "fitted",
    "layout_tex",
    "layout_text",
    "mark",
    "paint_tex",
    "palette_color",
    "speech",
    "typeset",
    "without_colors",
]
