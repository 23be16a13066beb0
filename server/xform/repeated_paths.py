"""Find paths that mean several instances of a repeat where one value is needed."""

from collections.abc import Iterator

from server.xform.model import FormModel, FormNode
from server.xpath.compile import Compiled
from server.xpath.errors import StaticError
from server.xpath.routes import PRIMARY, Scope, resolve
from server.xpath.syntax import Call, Chain, Expression, Negation, Path

# Arguments of these may be node-sets; of `distance` and its like only when they stand alone.
_TAKE_NODES = frozenset(
    ("count", "count-non-empty", "sum", "position", "randomize", "area", "enclosed-area", "indexed-repeat", "geofence")
)
_SPREAD_ALONE = {"max": 0, "min": 0, "concat": 0, "distance": 0, "join": 1, "checklist": 2}
_PASS_ON = frozenset(("if", "coalesce", "depend", "once"))


def repeated_paths(compiled: Compiled, model: FormModel, *, takes_nodes: bool) -> Iterator[tuple[Path, FormNode]]:
    """The paths that are certain to be an error once there are two instances, each with the node of these.

    `takes_nodes` says that the whole expression may be a node-set, as for the choices of a select.
    """
    yield from _in(compiled.expression, compiled.scope, model, takes_nodes=takes_nodes)


def _in(
    expression: Expression, scope: Scope, model: FormModel, *, takes_nodes: bool
) -> Iterator[tuple[Path, FormNode]]:
    match expression:
        case Path():
            repeated = None if takes_nodes else _repeated(expression, scope, model)
            if repeated is not None:
                yield expression, repeated
        case Chain():
            for operand in expression.operands:
                yield from _in(operand, scope, model, takes_nodes=False)
        case Negation():
            yield from _in(expression.operand, scope, model, takes_nodes=False)
        case Call():
            for place, argument in enumerate(expression.arguments):
                passes = takes_nodes and expression.name in _PASS_ON
                yield from _in(argument, scope, model, takes_nodes=passes or _may_be_nodes(expression, place))
        case _:
            return


def _may_be_nodes(call: Call, place: int) -> bool:
    if call.name in _TAKE_NODES:
        return True
    alone = _SPREAD_ALONE.get(call.name)
    return alone is not None and place == alone and len(call.arguments) == alone + 1


def _repeated(path: Path, scope: Scope, model: FormModel) -> FormNode | None:
    """The first repeat on the path that is neither the current instance nor narrowed by a condition."""
    try:
        route = resolve(path, scope)
    except StaticError:
        return None
    levels = route.levels
    if route.instance != PRIMARY or any(level.predicates for level in levels):
        return None
    for depth, level in enumerate(levels, 1):
        node = model.node(route.names[:depth])
        if node is not None and (node.is_repeat or node.is_doubled) and not level.is_bound:
            return node
    return None
