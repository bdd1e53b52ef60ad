"""Diagrams of toolchains, as Graphviz graphs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..drawing import make_label, make_layout_label
from .items import Item, toolchain_items

if TYPE_CHECKING:
    import graphviz

    from ..toolchain import Toolchain

LabelCallback = Callable[[str, str], str]
"""Takes ``dataset``, ``block``, ``loop`` or ``analyzer`` and a name; gives the text of the node."""
EdgeCallback = Callable[[str], str]
"""Takes the endpoint where a connection starts; gives the text of the connection."""
ResultCallback = Callable[[str], Sequence[str]]
"""Takes the name of an analyzer; gives the texts of its results."""

_FONT = {"fontname": "Helvetica", "fontsize": "12"}


def draw(
    toolchain: Toolchain,
    title: str,
    label_callback: LabelCallback | None,
    edge_callback: EdgeCallback | None,
    result_callback: ResultCallback | None,
    is_layout: bool,
) -> graphviz.Digraph:
    """Draw a toolchain; the callbacks are those of `Toolchain.dot_diagram`.

    Raises
    ------
    KeyError
        When datasets have no colour.
    """
    import graphviz

    nodes = _Nodes(toolchain, label_callback or (_plain_label if is_layout else node_label), result_callback, is_layout)
    graph = graphviz.Digraph(toolchain.name)
    graph.attr(
        "graph",
        rankdir="LR",
        compound="true",
        splines="line" if is_layout else "polyline",
        labelloc="t",
        label=title,
        fontname="Helvetica",
        fontsize="36",
        nodesep="0.5" if is_layout else "0.25",
    )
    items = list(toolchain_items(toolchain.data))
    with graph.subgraph(name="dataset_cluster") as cluster:
        cluster.attr("graph", rank="same", label="datasets")
        for name, dataset in toolchain.datasets.items():
            nodes.dataset(cluster, name, dataset["outputs"])
    for item in items:
        if item.section.has_outputs:
            nodes.item(graph, item)
    with graph.subgraph(name="analyzer_cluster") as cluster:
        cluster.attr("graph", rank="same", label="analyzers")
        for item in items:
            if not item.section.has_outputs:
                nodes.item(cluster, item)
    for connection in toolchain.connections:
        nodes.edge(graph, connection, edge_callback or (lambda start: ""))
    return graph


def node_label(kind: str, name: str) -> str:
    """Give the usual text of a node: its name in bold, underlined."""
    return f"<b><u>{name}</u></b>"


def _plain_label(kind: str, name: str) -> str:
    return name


def _colors(toolchain: Toolchain) -> Mapping[str, str]:
    colors: Mapping[str, str] = toolchain.data["representation"]["channel_colors"]
    without = [name for name in toolchain.datasets if name not in colors]
    if without:
        raise KeyError(f"/representation/channel_colors/{', '.join(without)}: no colour is declared")
    return colors


class _Nodes:
    """Adds the nodes and edges of a toolchain to a graph."""

    def __init__(
        self, toolchain: Toolchain, label: LabelCallback, results: ResultCallback | None, is_layout: bool
    ) -> None:
        self._colors = _colors(toolchain)
        self._node_colors = dict(self._colors)
        self._label = label
        self._results = results or (lambda name: [])
        self._is_layout = is_layout

    def dataset(self, graph: graphviz.Digraph, name: str, outputs: Sequence[str]) -> None:
        self._node(graph, name, [], self._label("dataset", name), outputs)

    def item(self, graph: graphviz.Digraph, item: Item) -> None:
        self._node_colors[item.name] = self._colors[item.declaration["synchronized_channel"]]
        inputs = [name for part in item.parts for name in part.inputs]
        outputs = [name for part in item.parts for name in part.outputs]
        if not item.section.has_outputs:
            outputs = list(self._results(item.name))
        self._node(graph, item.name, inputs, self._label(item.section.noun, item.name), outputs)

    def _node(
        self, graph: graphviz.Digraph, name: str, inputs: Sequence[str], text: str, outputs: Sequence[str]
    ) -> None:
        make = make_layout_label if self._is_layout else make_label
        graph.node(name, make(inputs, text, outputs, self._node_colors[name]), shape="none", **_FONT)

    def edge(self, graph: graphviz.Digraph, connection: Mapping[str, str], text: EdgeCallback) -> None:
        source, output = connection["from"].split(".")
        target, port = connection["to"].split(".")
        tail, head, color = f"{source}:output_{output}", f"{target}:input_{port}", self._colors[connection["channel"]]
        if self._is_layout:
            graph.edge(f"{tail}:e", f"{head}:w", color=color)
        else:
            label = text(connection["from"])
            graph.edge(tail, head, label=label, color=color, fontcolor=self._node_colors[target], **_FONT)
