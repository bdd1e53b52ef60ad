"""Items of toolchains and experiments: what runs, and the parts it has.

A block has one part; a loop has two, the processor and the evaluator, which share its name, channel, queue and slots
but have their own algorithm each; an analyzer has one part, which gives a result instead of outputs. Toolchains and
experiments use the same keys for a part, so that all of them are checked and configured by the same code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

PROCESSOR_PREFIX = "processor_"
"""Begins the keys of the first part of a loop."""
EVALUATOR_PREFIX = "evaluator_"
"""Begins the keys of the second part of a loop."""


class Section(NamedTuple):
    """One list of a toolchain, one mapping of an experiment, whose members run."""

    key: str
    """Its name in declarations: ``blocks``."""
    noun: str
    """What one member is called: ``block``."""
    prefixes: tuple[str, ...] = ("",)
    """Beginnings of the keys of each part."""
    has_outputs: bool = True
    """Whether the members feed others."""


BLOCKS = Section("blocks", "block")
LOOPS = Section("loops", "loop", (PROCESSOR_PREFIX, EVALUATOR_PREFIX))
ANALYZERS = Section("analyzers", "analyzer", has_outputs=False)
SECTIONS = (BLOCKS, LOOPS, ANALYZERS)
"""In the order in which items are listed everywhere."""


class Part(NamedTuple):
    """The place of one algorithm in an item."""

    declaration: Mapping[str, Any]
    """The declaration of the whole item."""
    prefix: str
    """Begins the keys of this part."""
    item_path: str
    """JSON path of the item."""

    def path(self, key: str) -> str:
        """Give the JSON path of a key of this part, such as ``/loops/seek/processor_inputs``."""
        return f"{self.item_path}/{self.prefix}{key}"

    @property
    def inputs(self) -> Any:
        """List of names in a toolchain; in an experiment, algorithm's name to toolchain's name."""
        return self.declaration[self.prefix + "inputs"]

    @property
    def outputs(self) -> Any:
        """As `inputs`; empty for an analyzer."""
        return self.declaration.get(self.prefix + "outputs", {})

    @property
    def algorithm(self) -> str:
        """Name of the algorithm, in an experiment."""
        name: str = self.declaration[self.prefix + "algorithm"]
        return name

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Parameters of the algorithm that the item sets, in an experiment."""
        parameters: Mapping[str, Any] = self.declaration.get(self.prefix + "parameters", {})
        return parameters

    @property
    def environment(self) -> Mapping[str, str] | None:
        """The environment that the part asks for, in an experiment."""
        return self.declaration.get(self.prefix + "environment")


class Item(NamedTuple):
    """A block, a loop or an analyzer as a toolchain or an experiment declares it."""

    section: Section
    name: str
    declaration: Mapping[str, Any]
    path: str
    """JSON path: ``/blocks/0`` in a toolchain, ``/blocks/echo`` in an experiment."""
    parts: tuple[Part, ...]
    """Its parts, one for each algorithm."""


def _item(section: Section, name: str, declaration: Mapping[str, Any], path: str) -> Item:
    parts = tuple([Part(declaration, prefix, path) for prefix in section.prefixes])
    return Item(section, name, declaration, path, parts)


def toolchain_items(data: Mapping[str, Any]) -> Iterator[Item]:
    """Give the items of the declaration of a toolchain: blocks, loops, analyzers, each in declaration order."""
    for section in SECTIONS:
        for position, declaration in enumerate(data.get(section.key, ())):
            yield _item(section, declaration["name"], declaration, f"/{section.key}/{position}")


def experiment_items(data: Mapping[str, Any], sections: Sequence[Section] = SECTIONS) -> Iterator[Item]:
    """Give the items of the declaration of an experiment, in the order of `toolchain_items`."""
    for section in sections:
        for name, declaration in data.get(section.key, {}).items():
            yield _item(section, name, declaration, f"/{section.key}/{name}")
