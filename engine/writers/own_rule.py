"""A rule of one's own as Python source for the exported script. Pure; any thread; nothing here runs it."""

from engine.formula.ast import Node, Variable, rebuild
from engine.formula.names import name_key
from engine.optimizers.custom import GIVEN, CustomRule, read_rule
from engine.writers.sympy_source import identifier, sympy_source


def own_rule_source(rule: CustomRule, name: str, modules: str) -> str:
    """The function `name` of the script: (t, theta, g, state, lr) → the next theta.

    Args:
        modules: what the script gives to lambdify.

    The lines are built by sympy and turned into NumPy there, like the function that is descended.
    """
    lines = read_rule(rule.keep, rule.update)
    kept = [identifier(line.name) for line in lines[:-1]]
    names = ["g", "theta", "eta", "t", *kept]
    trees = [_with_keys(line.tree) for line in lines]
    arguments = ", ".join(names)
    source = [
        f"def _{name}():",
        f'    {arguments} = sp.symbols("{" ".join(names)}", real=True)',
        "    lines = [",
        *(f"        {sympy_source(tree)}," for tree in trees),
        "    ]",
        f"    return [sp.lambdify([{arguments}], line, {modules}) for line in lines]",
        "",
        "",
        f"{name.upper()} = _{name}()",
        "",
        "",
        f"def {name}(t, theta, g, state, *, lr, **unused):",
        f'    """{_quoted(rule)}"""',
        "    eta = lr",
        *(f'    {each} = state.get("{each}", np.zeros_like(theta))' for each in kept),
        *(
            f'    {each} = state["{each}"] = {name.upper()}[{number}]({arguments})'
            for number, each in enumerate(kept)
        ),
        f"    return theta + {name.upper()}[-1]({arguments})",
    ]
    return "\n".join(source)


def rule_trees(rule: CustomRule) -> list[Node]:
    """The formulas of a rule."""
    return [line.tree for line in read_rule(rule.keep, rule.update)]


def _with_keys(node: Node) -> Node:
    """`node` with its names as the script spells them: η and eta are one."""
    if isinstance(node, Variable):
        key = name_key(node.name)
        return Variable(GIVEN.get(key, key), node.span)
    return rebuild(node, _with_keys)


def _quoted(rule: CustomRule) -> str:
    """The rule's text, harmless within triple quotes."""
    lines = " ".join(f"{rule.keep}; Δθ = {rule.update}".split()).lstrip("; ")
    return "A rule of one's own: " + lines.replace("\\", "\\\\").replace('"', "'")
