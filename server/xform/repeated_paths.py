"""Find paths that mean several instances of a repeat where one value is needed."""

from collections.abc import Iterator

from server.xform.model import FormModel
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


def repeated_paths(compiled: Compiled, model: FormModel, *, takes_nodes: bool) -> Iterator[tuple[str, int]]:
    """The paths, with their offsets, that are certain to be an error once there are two instances.

    `takes_nodes` says that the whole expression may be a node-set, as for the choices of a select.
    """
    yield from _in(compiled.expression, compiled.scope, model, takes_nodes=takes_nodes)


def _in(expression: Expression, scope: Scope, model: FormModel, *, takes_nodes: bool) -> Iterator[tuple[str, int]]:
    match expression:
        case Path():
            if not takes_nodes and _is_repeated(expression, scope, model):
                yield "/" + "/".join(resolve(expression, scope).names), expression.offset
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


def _is_repeated(path: Path, scope: Scope, model: FormModel) -> bool:
    """Whether a repeat on the path is neither the current instance nor narrowed by a condition."""
    try:
        route = resolve(path, scope)
    except StaticError:
        return False
    if route.instance != PRIMARY:
        return False
    for depth, level in enumerate(route.levels, 1):
        node = model.node(route.names[:depth])
        if node is not None and node.is_repeat and not level.is_bound:
            return not any(each.predicates for each in route.levels)
    return False
