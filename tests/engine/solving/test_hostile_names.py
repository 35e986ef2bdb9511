"""Whatever a person or a file calls things, generated source has no names but its own."""

import ast as python_ast
import re

import pytest

from engine.document.lab import Data, Lab
from engine.formula import FormulaError, ast, parse
from engine.formula.names import name_key
from engine.program.numeric import NAMES
from engine.program.program import program_of
from engine.solving.stages import solve
from engine.symbolic import Deriver
from engine.writers.python_script import to_python
from tests.engine.formula.test_corpus import CORPUS
from tests.engine.formula.test_other_systems import TABLE

OWN_NAME = re.compile(r"[vctb][0-9]+|n|buffers")
PLAIN = (
    python_ast.Return, python_ast.Assign, python_ast.Tuple, python_ast.Subscript, python_ast.Slice,
    python_ast.Name, python_ast.Constant,
    python_ast.Call, python_ast.BinOp, python_ast.UnaryOp, python_ast.Compare, python_ast.operator,
    python_ast.unaryop, python_ast.cmpop, python_ast.expr_context,
)  # fmt: skip
HOSTILE = (
    "__import__", "x\n", "x\nimport os", "x); import os; os.system('true') #", "__class__", "f'{x}'", '"""',
    "x\\", "x\u2028y", "exec", "lambda", "import", "None", "np", "sp", "x.y", "x y", "", "0", "c0", "v0",
    "__builtins__",
)  # fmt: skip


def check_source(source: str) -> None:
    """One function of assignments to our own names, of arithmetic and calls of the known functions."""
    (function,) = python_ast.parse(source).body
    assert isinstance(function, python_ast.FunctionDef)
    for statement in function.body:
        for node in python_ast.walk(statement):
            assert isinstance(node, PLAIN), python_ast.dump(node)
            if isinstance(node, python_ast.Name):
                assert OWN_NAME.fullmatch(node.id) or node.id in NAMES, node.id
            if isinstance(node, python_ast.Call):
                assert isinstance(node.func, python_ast.Name) and node.func.id in NAMES
                assert not node.keywords
            if isinstance(node, python_ast.Constant):
                assert isinstance(node.value, int | float) or node.value in (None, ...)


def source_of(text: str, data: tuple[str, ...] = ()) -> str:
    formula = parse(text, data=data)
    bare = ast.without_spans(formula.expanded)
    program = program_of(bare, formula.variables, formula.columns)
    return program.entries(tuple(range(min(len(formula.variables), 3)))).source


@pytest.mark.parametrize("text", [text for text, _ in (*CORPUS[::3], *TABLE)])
def test_generated_source_is_plain_arithmetic(text: str) -> None:
    check_source(source_of(text))


@pytest.mark.parametrize(
    "word",
    [
        "exec",
        "lambda",
        "import",
        "None",
        "where",
        "nan",
        "os",
        "np",
        "lifted",
        "f",
        "g0",
        "v0",
        "t1",
    ],
)
def test_declared_words_are_only_words(word: str) -> None:
    try:
        source = source_of(f"F({word}, x) = {word}^2 x + sin({word})")
    except FormulaError:
        return
    check_source(source)
    assert re.search(rf"\b{word}\b", source) is None or OWN_NAME.fullmatch(word)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_is_only_known_by_a_name_that_a_formula_can_write(name: str) -> None:
    columns = (name, "b")
    used = parse("mean((w b + x - c)^2)", data=columns).columns
    assert used == ("b",)
    check_source(source_of("mean((w b + x - v)^2)", data=columns))
    assert name_key("x\n") != "x"


@pytest.mark.parametrize("name", HOSTILE)
def test_names_in_a_lab_file_reach_no_source(name: str, deriver: Deriver) -> None:
    lab = Lab(
        formula="mean((w b - 1)^2) + x^2",
        data=Data(columns=(name, "b"), rows=((1.0, 2.0), (3.0, 4.0))),
        order=(name, "x", "w"),
        starts=({"x": 1.0, "w": 0.5, name: 2.0},),
        title={"en": name},
        note={"en": name},
        steps=2,
    )
    solution = solve(lab, deriver)
    if solution.derivation is None:
        assert solution.problems
        return
    program = solution.objective._program
    check_source(program.gradient(tuple(range(len(program.shapes)))).source)
    for node in python_ast.walk(python_ast.parse(to_python(solution))):
        if isinstance(node, python_ast.Call) and isinstance(node.func, python_ast.Name):
            assert node.func.id not in ("exec", "eval", "__import__", "compile", "open")
        if isinstance(node, python_ast.Import | python_ast.ImportFrom):
            assert "os" not in [alias.name for alias in node.names]


def test_labels_in_a_script_are_quoted(deriver: Deriver) -> None:
    script = python_ast.parse(
        to_python(solve(Lab(formula="f(theta, loss) = theta^2 + loss^2", steps=2), deriver))
    )
    strings = {node.value for node in python_ast.walk(script) if isinstance(node, python_ast.Constant)}
    assert {r"$\theta$", r"$\mathrm{loss}$"} <= strings
