"""Choosing by hand what letters are: a Lab, and the roles its letters had last → the Lab after the choice.

Pure; any thread; msgspec only.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec.structs import replace

from engine.document.lab import AXES, Lab, Role, Variable
from engine.document.roles import Assigned

Roles = Mapping[str, Assigned]


def roles_now(lab: Lab, roles: Roles) -> dict[str, Role]:
    """What was chosen since `roles`, also where it could not be solved; else these."""
    return {name: lab.variables.get(name, Variable()).role or each.role for name, each in roles.items()}


def with_role(lab: Lab, roles: Roles, name: str, role: Role) -> Lab:
    """`name` takes `role`: an axis that is taken is exchanged for the old role. The other axes stay."""
    now = roles_now(lab, roles)
    chosen = _axes(now)
    if role in AXES:
        chosen |= {each: now[name] for each, taken in chosen.items() if taken == role}
    return _choose(lab, chosen | {name: role})


def let_vary(lab: Lab, roles: Roles, name: str) -> Lab:
    """`name`, that was held, becomes an axis if one is missing, else free."""
    taken = _axes(roles_now(lab, roles)).values()
    return with_role(lab, roles, name, next((axis for axis in AXES if axis not in taken), "free"))


def with_others(lab: Lab, roles: Roles, others: Literal["free", "held"]) -> Lab:
    """All letters beyond the axes, which stay, take the role `others`."""
    return _choose(replace(by_rule(lab, roles), others=others), _axes(roles_now(lab, roles)))


def by_rule(lab: Lab, roles: Roles) -> Lab:
    """Each letter is what the rule says."""
    chosen = [name for name in roles if name in lab.variables]
    return replace(_choose(lab, dict.fromkeys(chosen)), others=None)


def _axes(now: Mapping[str, Role]) -> dict[str, Role]:
    return {name: role for name, role in now.items() if role in AXES}


def _choose(lab: Lab, roles: Mapping[str, Role | None]) -> Lab:
    chosen = {name: replace(lab.variables.get(name, Variable()), role=role) for name, role in roles.items()}
    return replace(lab, variables=lab.variables | chosen)
