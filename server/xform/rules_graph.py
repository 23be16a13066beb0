"""Circles among the rules of a form: a value that hangs on itself, by however many steps.

The vertices are the rules relevant, readonly, required and calculate of each node; constraints hang on values but no
value hangs on them. A rule hangs on another if its expression names the other's node; relevant and readonly also hold
for everything below their node. Paths are generic, so a repeat that reads its own earlier instance is a circle,
as it is for Collect, which refuses such a form.
"""

from collections.abc import Iterator, Mapping, Sequence

from server.xform.findings import Finding, Level
from server.xform.model import FormModel, FormNode, Rule
from server.xpath.routes import PRIMARY

_INHERITED = ("relevant", "readonly")
_OWN = ("required", "calculate")
_MAX_NAMED = 8

Vertex = tuple[tuple[str, ...], str]


def check(model: FormModel) -> Iterator[Finding]:
    rules = {(node.names, rule.kind): rule for node in model.root.walk() for rule in _rules(node)}
    graph = {vertex: list(_causes(rule, model)) for vertex, rule in rules.items()}
    for circle in _circles(graph):
        first = circle[0]
        path = "/" + "/".join(first[0])
        names = [f"{kind} of /{'/'.join(names)}" for names, kind in circle[:_MAX_NAMED]]
        more = f" and {len(circle) - _MAX_NAMED} more" if len(circle) > _MAX_NAMED else ""
        detail = f"These rules hang on one another, so Collect refuses the form: {', '.join(names)}{more}."
        yield Finding("cycle", Level.ERROR, path, path, first[1], detail, expression=rules[first].expression.strip())


def _rules(node: FormNode) -> Iterator[Rule]:
    for kind in (*_INHERITED, *_OWN):
        rule: Rule | None = getattr(node, kind)
        if rule is not None and rule.compiled is not None:
            yield rule


def _causes(rule: Rule, model: FormModel) -> Iterator[Vertex]:
    """The rules that the value of this one hangs on."""
    references = rule.compiled.references if rule.compiled is not None else ()
    seen: set[tuple[str, ...]] = set()
    for reference in references:
        node = model.node(reference.names) if reference.instance == PRIMARY else None
        if node is None or node.names in seen:
            continue
        seen.add(node.names)
        yield from ((node.names, own.kind) for own in _rules(node))
        above = node.parent
        while above is not None:
            yield from ((above.names, each.kind) for each in _rules(above) if each.kind in _INHERITED)
            above = above.parent


def _circles(graph: Mapping[Vertex, Sequence[Vertex]]) -> Iterator[list[Vertex]]:
    """Strongly connected parts with more than one vertex, or with an edge to itself (Tarjan, without recursion)."""
    search = _Search(graph)
    for vertex in graph:
        if vertex not in search.order:
            yield from search.from_vertex(vertex)


class _Search:
    def __init__(self, graph: Mapping[Vertex, Sequence[Vertex]]) -> None:
        self._graph = graph
        self.order: dict[Vertex, int] = {}
        self._low: dict[Vertex, int] = {}
        self._path: list[Vertex] = []
        self._on_path: set[Vertex] = set()

    def from_vertex(self, start: Vertex) -> Iterator[list[Vertex]]:
        ahead = [(start, self._enter(start))]
        while ahead:
            vertex, causes = ahead[-1]
            following = next(causes, None)
            if following is None:
                ahead.pop()
                if ahead:
                    parent = ahead[-1][0]
                    self._low[parent] = min(self._low[parent], self._low[vertex])
                yield from self._leave(vertex)
            elif following not in self.order:
                ahead.append((following, self._enter(following)))
            elif following in self._on_path:
                self._low[vertex] = min(self._low[vertex], self.order[following])

    def _enter(self, vertex: Vertex) -> Iterator[Vertex]:
        self.order[vertex] = self._low[vertex] = len(self.order)
        self._path.append(vertex)
        self._on_path.add(vertex)
        return iter(self._graph.get(vertex, ()))

    def _leave(self, vertex: Vertex) -> Iterator[list[Vertex]]:
        """The part that ends at this vertex, if it is a circle."""
        if self._low[vertex] != self.order[vertex]:
            return
        at = self._path.index(vertex)
        part = self._path[at:]
        del self._path[at:]
        self._on_path.difference_update(part)
        if len(part) > 1 or vertex in self._graph.get(vertex, ()):
            yield sorted(part)
