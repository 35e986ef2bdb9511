"""What the names in one formula mean: declared variables, spellings, data columns, running indices, readings.

Any thread; stdlib and msgspec only.
"""

from collections.abc import Collection, Sequence

from engine.base.i18n import Message, message
from engine.formula import ast
from engine.formula.errors import FormulaError
from engine.formula.names import name_key


class Scope:
    """The names of one formula while it is read.

    Attributes:
        declared: the keys of the variables that it declares. data: the columns of the data, by their keys.
        indices: the running indices of the sums around the present place; row_indices: of those over rows.
        aggregates: how many mean(…) and sum(…) over rows are around the present place.
        row_counts: letters that were the number of rows. readings: how ambiguous places were read.
        parts: the keys of the parts that other lines of it define, which may have a value for each row.
    """

    def __init__(
        self, declared: Sequence[str] = (), data: Collection[str] = (), parts: Collection[str] = ()
    ) -> None:
        self._spellings: dict[str, str] = {name_key(name): name for name in declared}
        self.declared = frozenset(self._spellings)
        self.data = {name_key(name): name for name in data}
        self.parts = frozenset(map(name_key, parts))
        self.indices: list[str] = []
        self.aggregates = 0
        self.row_indices: list[str] = []
        self.row_counts: set[str] = set()
        self.readings: list[Message] = []

    def spelling(self, name: str) -> str:
        """The spelling of a variable at its first place."""
        return self._spellings.setdefault(name_key(name), name)

    def declares(self, word: str) -> bool:
        """Whether `word` is a variable or a column, whatever else it could mean."""
        return name_key(word) in self.declared or name_key(word) in self.data

    def named(self, name: str, span: ast.Span) -> ast.Variable | ast.Column:
        """The variable or data column called `name`.

        Raises:
            FormulaError: a column that stands outside mean(…) and sum(…).
        """
        column = self.data.get(name_key(name))
        if column is None:
            return ast.Variable(self.spelling(name), span)
        if not self.aggregates:
            raise by_row(name, span)
        return ast.Column(column, span)

    def varies_by_row(self, node: ast.Node) -> bool:
        """Whether there is a column in `node`, or a part that may hold one."""
        return any(
            isinstance(part, ast.Column)
            or (isinstance(part, ast.Variable) and name_key(part.name) in self.parts)
            for part in ast.walk(node)
        )

    def read_as(self, reading: Message) -> None:
        """Note how an ambiguous place was read."""
        if reading not in self.readings:
            self.readings.append(reading)


def by_row(name: str, span: ast.Span) -> FormulaError:
    """What to say of a column that stands where one number is needed."""
    return FormulaError(
        message("{name} is a column of the data, with a value for each row", name=name),
        span,
        message("Put it inside mean(…) or sum(…), which reduce over the rows"),
    )
