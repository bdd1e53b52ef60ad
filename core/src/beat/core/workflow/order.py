"""The order in which the items of a toolchain run; it is part of the interface, since `Experiment.setup` follows it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from graphlib import TopologicalSorter
from typing import Any

from .items import toolchain_items


def item_dependencies(data: Mapping[str, Any]) -> dict[str, set[str]]:
    """Give, for each item of a toolchain in declaration order, the items it takes data from (datasets do not count)."""
    dependencies: dict[str, set[str]] = {item.name: set() for item in toolchain_items(data)}
    for connection in data.get("connections", ()):
        source, target = (connection[end].split(".")[0] for end in ("from", "to"))
        if source in dependencies and target in dependencies:
            dependencies[target].add(source)
    return dependencies


def execution_order(dependencies: Mapping[str, Set[str]]) -> list[str]:
    """Order items as repeated passes over their list would, each pass taking all whose dependencies are taken.

    An item is taken in the pass of its latest dependency, or in the one after it when that dependency stands further
    down the list. Computing the number of the pass directly is linear (but for the final sort).

    Parameters
    ----------
    dependencies
        Items in declaration order, each with those it waits for, which are items too.

    Raises
    ------
    graphlib.CycleError
        When items wait for one another; its second argument is the list of them, the first one repeated at the end.
    """
    position = {name: index for index, name in enumerate(dependencies)}
    passes: dict[str, int] = {}
    for name in TopologicalSorter(dependencies).static_order():
        passes[name] = max(
            (passes[other] + (position[other] > position[name]) for other in dependencies[name]), default=0
        )
    return sorted(dependencies, key=lambda name: (passes[name], position[name]))
