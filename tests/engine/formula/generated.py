"""Trees at random: every kind of node, every function of the table, as the parser would build them."""

from hypothesis import strategies as st

from engine.formula import ast
from engine.formula.functions import FUNCTIONS

NAMES = ("x", "y", "z", "w_1", "w2", "θ", "lambda", "y_hat", "k", "sigma_1", "beta")
_NUMBERS = ("0", "1", "2", "3", "7", "12", "0.5", "2.25", "1e-3", "3.5e2", "100")

numbers = st.sampled_from(_NUMBERS).map(ast.Number)
leaves = st.one_of(
    numbers,
    st.sampled_from(NAMES).map(ast.Variable),
    st.sampled_from(("pi", "e")).map(ast.Constant),
    st.just(ast.Variable("x")),
)


def _calls(children: st.SearchStrategy[ast.Node]) -> st.SearchStrategy[ast.Node]:
    def arguments(name: str) -> st.SearchStrategy[ast.Node]:
        fewest, most = FUNCTIONS[name].arity
        sizes = (4, 4) if name == "dot" else (fewest, most if most is not None else fewest + 2)
        args = st.lists(children, min_size=sizes[0], max_size=sizes[1]).map(tuple)
        return args.map(lambda found: ast.Call(name, found))

    return st.sampled_from(sorted(FUNCTIONS)).flatmap(arguments)


def conditions(children: st.SearchStrategy[ast.Node]) -> st.SearchStrategy[ast.Node]:
    signs = st.sampled_from(("<", "<=", ">", ">=", "=", "!="))
    single = st.builds(lambda a, s, b: ast.Compare((a, b), (s,)), children, signs, children)
    chain = st.builds(lambda a, b, c: ast.Compare((a, b, c), ("<", "<=")), children, children, children)
    simple = st.one_of(single, single, chain)
    return st.one_of(
        simple,
        st.builds(lambda op, a, b: ast.Logic(op, (a, b)), st.sampled_from(("and", "or")), simple, simple),
        st.builds(lambda a: ast.Logic("not", (a,)), simple),
    )


def _branchings(children: st.SearchStrategy[ast.Node]) -> st.SearchStrategy[ast.Node]:
    branch = st.builds(ast.Branch, children, conditions(children))
    return st.builds(
        lambda branches, otherwise: ast.Cases(tuple(branches), otherwise),
        st.lists(branch, min_size=1, max_size=2),
        st.one_of(st.none(), children),
    )


def _extend(children: st.SearchStrategy[ast.Node]) -> st.SearchStrategy[ast.Node]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    exponents = st.one_of(children, numbers, numbers.map(ast.Neg))
    return st.one_of(
        several.map(ast.Add),
        several.map(ast.Mul),
        children.map(ast.Neg),
        st.builds(ast.Div, children, children),
        st.builds(ast.Pow, children, exponents),
        _calls(children),
        _branchings(children),
        st.builds(
            lambda lo, width, body: ast.Series(
                "sum", "i", ast.Number(str(lo)), ast.Number(str(lo + width)), body
            ),
            st.integers(0, 3),
            st.integers(0, 2),
            st.one_of(children, st.just(ast.Indexed("x", ast.Index("i"))), st.just(ast.Index("i"))),
        ),
    )


trees = st.recursive(leaves, _extend, max_leaves=14)
