"""What happens during a run, as it happens: one class per fact.

Consumers get the events one at a time, some of them from a thread of the engine. `as_dict` gives each one for JSON, its
class under ``event``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """A fact of a run."""

    def as_dict(self) -> dict[str, Any]:
        """Give the fields for JSON, and the name of the class under ``event``."""
        return {"event": type(self).__name__, **{field.name: getattr(self, field.name) for field in fields(self)}}


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """A run begins."""

    experiment: str
    """Label of the experiment."""
    blocks: tuple[str, ...]
    """The blocks that are wanted, in the order in which they run."""


@dataclass(frozen=True, slots=True)
class IndexStarted(Event):
    """A set of a database without an index is going to be indexed."""

    database: str
    protocol: str
    set: str
    path: str
    """File of the index."""


@dataclass(frozen=True, slots=True)
class IndexFinished(Event):
    """The index of a set is written."""

    database: str
    protocol: str
    set: str
    path: str
    seconds: float


@dataclass(frozen=True, slots=True)
class IndexFailed(Event):
    """A set could not be indexed; the run ends."""

    database: str
    protocol: str
    set: str
    user_error: str
    """What code of the user did, as a traceback; empty if the system is to blame."""
    system_error: str
    log: str | None
    """File of what the view printed."""


@dataclass(frozen=True, slots=True)
class BlockSkipped(Event):
    """A block need not run."""

    block: str
    algorithm: str
    reason: str


@dataclass(frozen=True, slots=True)
class BlockStarted(Event):
    """A block begins to run."""

    block: str
    algorithm: str
    position: int
    """Place of the block among those that are wanted, from 1."""
    total: int
    """How many blocks are wanted."""


@dataclass(frozen=True, slots=True)
class BlockOutput(Event):
    """User code of a block printed something; the text need not end with a line."""

    block: str
    """Name of the block; for a view that is being indexed, ``<database>/<protocol>/<set>``."""
    text: str


@dataclass(frozen=True, slots=True)
class BlockProgress(Event):
    """How far a running block is."""

    block: str
    done: int
    """Data units processed."""
    total: int


@dataclass(frozen=True, slots=True)
class BlockFinished(Event):
    """A block ran well; its outputs are in the cache."""

    block: str
    seconds: float
    statistics: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BlockFailed(Event):
    """A block failed; it left nothing in the cache, and the run ends."""

    block: str
    algorithm: str
    user_error: str
    """What code of the user did, as a traceback; empty if the system is to blame."""
    system_error: str
    log: str | None
    """File of what the block printed."""


@dataclass(frozen=True, slots=True)
class Warning(Event):
    """Something that does not stop the run, but that somebody should know."""

    text: str


@dataclass(frozen=True, slots=True)
class RunFinished(Event):
    """The run is over."""

    status: str
    """``done``, ``failed`` or ``interrupted``."""
    seconds: float


Consumer = Callable[[Event], object]
"""What takes the events of a run."""
