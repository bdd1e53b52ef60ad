"""Diagrams of experiments: their toolchains, with what fills them written on nodes and connections."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from .diagram import draw, node_label
from .filled import Workflow
from .items import Item, Part, experiment_items

if TYPE_CHECKING:
    import graphviz


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
        self._items = {item.name: item for item in experiment_items(workflow.data)}
        self._sources = workflow.sources(self._items.values())

    def node(self, kind: str, name: str) -> str:
        if kind == "dataset":
            dataset = self._workflow.data["datasets"][name]
            lines = [dataset["database"], f"<i>{dataset['protocol']}:{dataset['set']}</i>"]
        else:
            lines = [line for part in self._items[name].parts for line in self._part(self._items[name], part)]
        return "<br/>".join([node_label(kind, name), *lines])

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
