"""What the child process answers: plain values, no sympy in them."""

from msgspec import Struct


class Expression(Struct, frozen=True):
    """One expression: `text` in the app's own formula language, and its LaTeX."""

    text: str
    latex: str


class Derivation(Struct, frozen=True, kw_only=True):
    """A function with its exact first and second partial derivatives.

    Attributes:
        variables: all variables, in the formula's order.
        partials: ∂f/∂v for each; hessian[i][j]: ∂²f/∂v_i∂v_j.
        source: NumPy source of value, gradient and Hessian; for `engine.function.objective` alone.
        columns: the data columns it needs, in the order of the source.
    """

    variables: tuple[str, ...]
    value: Expression
    partials: tuple[Expression, ...]
    hessian: tuple[tuple[Expression, ...], ...]
    source: str
    columns: tuple[str, ...] = ()
