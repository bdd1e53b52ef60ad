"""What stands where in a toolchain: found once, and looked up by the checks of toolchains and experiments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from .items import SECTIONS, Item, toolchain_items


class Outline:
    """What stands where in the declaration of a toolchain that its schema accepts.

    Parameters
    ----------
    data
        The declaration; it must not change while the outline is used.

    Attributes
    ----------
    data : mapping
        The declaration.
    items : list of Item
        Blocks, loops and analyzers.
    datasets : dict
        Name to declaration of each dataset. Each is a synchronization channel, too.
    outputs, inputs : dict
        The endpoints where connections may begin and end, ``block.output`` and ``block.input``, in declaration order.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.items: list[Item] = list(toolchain_items(data))
        self.datasets: dict[str, Any] = {dataset["name"]: dataset for dataset in data["datasets"]}
        self.outputs: dict[str, None] = {}
        self.inputs: dict[str, None] = {}
        for dataset in data["datasets"]:
            self.outputs |= dict.fromkeys([f"{dataset['name']}.{output}" for output in dataset["outputs"]])
        for item in self.items:
            for part in item.parts:
                self.outputs |= dict.fromkeys([f"{item.name}.{output}" for output in part.outputs])
                self.inputs |= dict.fromkeys([f"{item.name}.{name}" for name in part.inputs])

    @property
    def connections(self) -> list[Mapping[str, str]]:
        """The connections, as declared."""
        connections: list[Mapping[str, str]] = self.data["connections"]
        return connections

    @cached_property
    def sections(self) -> dict[str, dict[str, Item]]:
        """Name to item, for each section (``blocks``, ``loops``, ``analyzers``)."""
        found: dict[str, dict[str, Item]] = {section.key: {} for section in SECTIONS}
        for item in self.items:
            found[item.section.key][item.name] = item
        return found

    @cached_property
    def synchronized(self) -> dict[str, list[tuple[int, int]]]:
        """For each item and each channel that enters it: the numbers of inputs and of outputs on it, sorted."""
        arriving: dict[str, Counter[str]] = defaultdict(Counter)
        leaving: dict[str, Counter[str]] = defaultdict(Counter)
        for connection in self.connections:
            arriving[connection["to"].split(".")[0]][connection["channel"]] += 1
        for start, channel in {(connection["from"], connection["channel"]) for connection in self.connections}:
            leaving[start.split(".")[0]][channel] += 1
        return {
            name: sorted((inputs, leaving[name][channel]) for channel, inputs in channels.items())
            for name, channels in arriving.items()
        }
