"""Which letters of a formula are variables and which are constants, where each is drawn, and why.

One rule in three parts, the first that speaks of a letter decides:

1. what was declared: a role that was chosen, or "f(x, y) =" at the head of the formula, beside which every
   other letter is a constant;
2. over a data table every letter that is no column is a variable;
3. by custom x, y, z, u, v, w, t, θ and letters with an index are variables, and any other letter beside them
   is a constant. Where only other letters occur, they are the variables.

Pure; any thread; msgspec only.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from engine.base.i18n import Message, message
from engine.document.lab import Role
from engine.formula.names import DECORATIONS, name_text, parts_of

CUSTOMARY: Final = frozenset("xyzuvwtθ")
COMPANIONS: Final = {"r": "θ", "φ": "θ", "s": "t"}  # coordinates, but only beside the other one
MOST_NAMED: Final = 6  # in a sentence

Ground = Literal["chosen", "declared", "undeclared", "table", "custom", "beside", "alone", "network"]


class Assigned(Struct, frozen=True):
    """What a letter is.

    Attributes:
        role: "held" for a constant, else it varies. ground: which part of the rule decided.
    """

    role: Role
    ground: Ground


class _Verdict(NamedTuple):
    varies: bool
    ground: Ground


def assign(
    names: Sequence[str],
    *,
    chosen: Mapping[str, Role] | None = None,
    others: Literal["free", "held"] | None = None,
    declared: Collection[str] = (),
    columns: Collection[str] = (),
    network: bool = False,
) -> dict[str, Assigned]:
    """The role of each of `names`, in that order.

    The axes are the variables that were chosen for them; what is missing is filled with the first variables
    for which no role was chosen.

    Args:
        names: the letters of the formula that are no columns.
        chosen: the roles that were chosen, by name.
        others: the choice for all letters beyond the axes that have none of their own.
        declared: those that the formula itself declares; columns: those of the data table that it uses.
        network: whether they are the weights of a network, all of which vary.
    """
    chosen = {name: role for name, role in (chosen or {}).items() if name in names}
    verdicts = _verdicts(names, chosen, declared, columns, network)
    roles = _axes(names, chosen, others, verdicts)
    for name in names:
        if name not in roles:
            open_role = others if others is not None and name not in chosen else None
            roles[name] = open_role or ("free" if verdicts[name].varies else "held")
    result = {}
    for name in names:
        varies, ground = verdicts[name]
        result[name] = Assigned(roles[name], ground if varies == (roles[name] != "held") else "chosen")
    return result


def reason(name: str, roles: Mapping[str, Assigned]) -> Message:
    """Why `name` has the role it has among `roles`, as a sentence."""
    return _filled(_OF_ONE[roles[name].ground], roles, [name])


def summed_up(roles: Mapping[str, Assigned]) -> tuple[Message, ...]:
    """What a reader might not expect of `roles`, a sentence for each ground; none for f(x, y, z)."""
    by_ground = {ground: [name for name in roles if roles[name].ground == ground] for ground in _OF_ALL}
    return tuple(_filled(_OF_ALL[ground], roles, names) for ground, names in by_ground.items() if names)


def listed(names: Sequence[str]) -> str:
    """Names one after the other in a sentence; of many the first ones and the last.

    >>> listed(["x", "w_1"]), listed([f"w_{i}" for i in range(1, 10)])
    ('x, w₁', 'w₁, w₂, w₃, w₄, w₅, …, w₉')
    """
    shown = [name_text(name) for name in names]
    if len(shown) > MOST_NAMED:
        shown[MOST_NAMED - 1 : -1] = ["…"]
    return ", ".join(shown)


def _verdicts(
    names: Sequence[str],
    chosen: Mapping[str, Role],
    declared: Collection[str],
    columns: Collection[str],
    network: bool,
) -> dict[str, _Verdict]:
    """Whether each letter varies, and on what ground."""
    custom = set() if network else _customary(names)
    verdicts: dict[str, _Verdict] = {}
    for name in names:
        if name in chosen:
            verdicts[name] = _Verdict(chosen[name] != "held", "chosen")
        elif declared:
            verdicts[name] = _Verdict(name in declared, "declared" if name in declared else "undeclared")
        elif network:
            verdicts[name] = _Verdict(True, "network")
        elif columns:
            verdicts[name] = _Verdict(True, "table")
        else:
            verdicts[name] = _Verdict(name in custom, "custom" if name in custom else "beside")
    if not any(verdict.varies for verdict in verdicts.values()):
        verdicts |= {name: _Verdict(True, "alone") for name in names if name not in chosen}
    return verdicts


def _customary(names: Iterable[str]) -> set[str]:
    """Those of `names` that are variables by custom."""
    letters: dict[str, str] = {}
    custom = set()
    for name in names:
        letter, indices = parts_of(name)
        if all(index in DECORATIONS for index in indices):
            letters[name] = letter
        else:
            custom.add(name)
    there = set(letters.values())
    return custom | {
        name for name, letter in letters.items() if letter in CUSTOMARY or COMPANIONS.get(letter, "") in there
    }


def _axes(
    names: Sequence[str],
    chosen: Mapping[str, Role],
    others: Literal["free", "held"] | None,
    verdicts: Mapping[str, _Verdict],
) -> dict[str, Role]:
    """The one or two variables that are drawn, horizontal first; none if nothing varies."""
    horizontal = next((name for name in names if chosen.get(name) == "horizontal"), None)
    vertical = next((name for name in names if chosen.get(name) == "vertical"), None)
    unchosen = [name for name in names if name not in chosen]
    queue = [name for name in unchosen if verdicts[name].varies]
    if others == "free":
        queue += [name for name in unchosen if not verdicts[name].varies]
    if horizontal is None and queue:
        horizontal = queue.pop(0)
    if vertical is None and queue:
        vertical = queue.pop(0)
    if horizontal is None:
        horizontal, vertical = vertical, None
    roles: dict[str, Role] = {}
    if horizontal is not None:
        roles[horizontal] = "horizontal"
    if vertical is not None:
        roles[vertical] = "vertical"
    return roles


_OF_ONE: Final[dict[Ground, Message]] = {
    "chosen": message("As was chosen."),
    "declared": message("A variable: the formula declares it."),
    "undeclared": message("A constant: the formula does not declare it."),
    "table": message("A variable: over a table every letter is one unless it is a column."),
    "custom": message("A variable, as x, y, z, u, v, w, t, θ and letters with an index are by custom."),
    "beside": message("A constant beside {variables}."),
    "alone": message("A variable: nothing else here is one."),
    "network": message("A variable: a weight of the network."),
}
_OF_ALL: Final[dict[Ground, Message]] = {
    "undeclared": message("Held constant, for the formula does not declare it: {letters}."),
    "table": message("Varying, for no column has that name: {letters}."),
    "beside": message("Held constant beside {variables}: {letters}."),
    "alone": message("Varying, for nothing else here does: {letters}."),
}


def _filled(sentence: Message, roles: Mapping[str, Assigned], letters: Sequence[str]) -> Message:
    return message(
        sentence.text,
        letters=listed(letters),
        variables=listed([name for name, each in roles.items() if each.role != "held"]),
    )
