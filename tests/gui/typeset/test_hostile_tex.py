"""Whatever is set, nothing raises: the pieces of TeX in any order, and any text at all."""

from hypothesis import given
from hypothesis import strategies as st

from gui.typeset import layout_tex, layout_text, typeset, without_colors
from gui.typeset.breaking import break_pieces
from gui.typeset.layout import text_face

TOKENS = (
    r"\frac \sqrt \left( \right) \left. \right| { } ^ _ x 2 + - = & \\ \begin{pmatrix} \end{pmatrix} "
    r"\begin{cases} \end{cases} \text{가나} 다 \operatorname{arg\,min} \textcolor{muted}{ \color{#ff0000} "
    r"\textcolor{mark3.accent}{ \rule{1em}{1em} [ ] ( ) , $ % # ~ \cancel{ \mathbin{ \sum \hat \foo \ "
    + "\x00 é 🙂"
).split()
tex = st.lists(st.sampled_from(TOKENS), max_size=25).map(" ".join) | st.text(max_size=40)


@given(tex)
def test_nothing_raises(qapp, source):
    picture = typeset(source, 20.0)
    assert picture.width >= 0.0
    assert isinstance(without_colors(source), str)
    break_pieces(source)
    assert layout_tex(source, 20.0, 100.0).height >= 0.0
    assert layout_text(source, text_face(16.0), 16.0, 100.0).height >= 0.0
