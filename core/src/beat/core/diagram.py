"""Diagrams of toolchains and experiments, as Graphviz graphs."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from .drawing import make_label, make_layout_label
from .items import Item, Part, experiment_items, toolchain_items

if TYPE_CHECKING:
    import graphviz

    from .toolchain import Toolchain
    from .workflow import Workflow

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

    nodes = _Nodes(toolchain, label_callback or (_plain_label if is_layout else _label), result_callback, is_layout)
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


def _label(kind: str, name: str) -> str:
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


def draw_experiment(workflow: Workflow, title: str) -> graphviz.Digraph:
    """Draw a valid experiment: its toolchain, with databases, algorithms, data formats and results.

    Raises
    ------
    KeyError
        When datasets have no colour.
    """
    captions = _Captions(workflow)
    return draw(workflow.toolchain, title, captions.node, captions.edge, captions.results, is_layout=False)


class _Captions:
    """Texts of the diagram of an experiment; what is no identifier in them is escaped."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self._sources = workflow.sources()
        self._items = {item.name: item for item in experiment_items(workflow.data)}

    def node(self, kind: str, name: str) -> str:
        if kind == "dataset":
            dataset = self._workflow.data["datasets"][name]
            lines = [dataset["database"], f"<i>{dataset['protocol']}:{dataset['set']}</i>"]
        else:
            lines = [line for part in self._items[name].parts for line in self._part(self._items[name], part)]
        return "<br/>".join([_label(kind, name), *lines])

    def _part(self, item: Item, part: Part) -> list[str]:
        environment = part.environment or self._workflow.data["globals"].get("environment")
        place = html.escape(f"@{environment['name']}({environment['version']}) ") if environment else ""
        return [part.algorithm, f"<i>{place}x {item.declaration.get('nb_slots', 1)}</i>"]

    def edge(self, start: str) -> str:
        return self._sources[start].format

    def results(self, name: str) -> list[str]:
        [part] = self._items[name].parts
        return [
            f"{'+' if result.get('display') else ''}{result_name}<br/>({result['type']})"
            for result_name, result in (self._workflow.algorithm(part).results or {}).items()
        ]
