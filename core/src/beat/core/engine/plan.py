"""Which blocks of an experiment are wanted, and which of them must run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from beat.backend.python.problems import suggest

from ..execution import entries

Items = dict[str, dict[str, Any]]
"""What `Experiment.setup` gives: name to ``dependencies`` and ``configuration``, in the order in which they run."""


def select(items: Items, target: str | None) -> Items:
    """Keep a block and all that it depends on; everything, if no block is named.

    Raises
    ------
    RuntimeError
        When there is no such block.
    """
    if target is None:
        return items
    if target not in items:
        hint = suggest(target, items) or f"it has: {', '.join(items)}"
        raise RuntimeError(f"the experiment has no block `{target}': {hint}")
    wanted = {target}
    for name in reversed(items):
        if name in wanted:
            wanted |= items[name]["dependencies"]
    return {name: item for name, item in items.items() if name in wanted}


def to_run(items: Items, cache: str, force: bool, warn: Callable[[str], object]) -> set[str]:
    """Find the blocks whose outputs are not in the cache, or are damaged there.

    Contents are compared with their checksums only where they are going to be read: for analyzers, and for inputs of
    blocks that run.

    Parameters
    ----------
    force
        Whether all blocks run.
    warn
        Gets a text for each damaged entry.
    """
    running: set[str] = set()
    read: set[str] = set()
    for name in reversed(items):
        configuration = items[name]["configuration"]
        is_read = name in read or "result" in configuration
        if force or not _usable(configuration, cache, is_read, warn):
            running.add(name)
            read |= items[name]["dependencies"]
    return running


def _usable(configuration: Mapping[str, Any], cache: str, is_read: bool, warn: Callable[[str], object]) -> bool:
    for path in entries.all_paths(configuration):
        if not entries.exists(cache, path):
            return False
        damaged = entries.damage(cache, path) if is_read else None
        if damaged is not None:
            warn(f"`{damaged}' is damaged (its checksum does not agree) and will be computed again")
            return False
    return True
