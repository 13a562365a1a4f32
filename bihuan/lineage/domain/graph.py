"""Graph: what hangs together, as page, API and command line all tell it.

A node is one thing, found once however many ways lead to it; an edge says how
one leads to another, from where numbers come from to what they end up in. Both
keep the order in which they were met.

>>> drawing = Drawing()
>>> row = drawing.node("row", "7", "deals.csv:2", url="/facts/rows/7/")
>>> fact = drawing.node("fact", "12", "Won #12")
>>> drawing.edge(row, fact, "brought")
>>> drawing.edge(row, fact, "brought")
>>> drawing.node("fact", "12", "another name") == fact
True
>>> for each in drawing.graph().as_data()["edges"]:
...     print(each)
{'source': 'row:7', 'target': 'fact:12', 'role': 'brought', 'label': ''}

A picture may leave some types out:

>>> [node.id for node in drawing.graph().without("row").nodes]
['fact:12']
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """One thing. ``url`` is where it is shown, as far as there is a page for it."""

    id: str
    type: str
    label: str
    url: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """How one thing leads to another. ``role`` is one of a few words, ``label`` is free."""

    source: str
    target: str
    role: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """Things and how they lead to each other."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def as_data(self) -> dict[str, list[dict[str, str]]]:
        """Return the graph as programs get it."""
        return {
            "nodes": [asdict(node) for node in self.nodes],
            "edges": [asdict(edge) for edge in self.edges],
        }

    def without(self, *types: str) -> Graph:
        """Return the graph without the nodes of some types, and without what led to them."""
        kept = tuple(node for node in self.nodes if node.type not in types)
        ids = {node.id for node in kept}
        return Graph(kept, tuple(e for e in self.edges if e.source in ids and e.target in ids))


class Drawing:
    """A graph in the making."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._edges: dict[tuple[str, str, str], Edge] = {}

    def node(self, type_: str, key: str, label: str, *, url: str = "", detail: str = "") -> Node:
        """Return the node of a type and key, made when it is not there yet."""
        id_ = f"{type_}:{key}"
        return self._nodes.setdefault(id_, Node(id_, type_, label, url, detail))

    def edge(self, source: Node, target: Node, role: str, label: str = "") -> None:
        """Say once that one node leads to another."""
        self._edges.setdefault(
            (source.id, target.id, role), Edge(source.id, target.id, role, label)
        )

    def graph(self) -> Graph:
        return Graph(tuple(self._nodes.values()), tuple(self._edges.values()))
