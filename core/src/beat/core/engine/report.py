"""What a run came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class BlockReport:
    """What became of one block."""

    name: str
    algorithm: str
    state: str
    """``cached``, ``done``, ``failed`` or ``not run``."""
    outputs: Mapping[str, str]
    """Output (``result`` for an analyzer) to the path of its files without extension, cache folder included."""
    seconds: float = 0.0
    statistics: Mapping[str, Any] = field(default_factory=dict)
    user_error: str = ""
    """What code of the user did, as a traceback."""
    system_error: str = ""
    """What went wrong that no user code is to blame for."""
    log: str | None = None
    """File of what the block printed."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a run."""

    experiment: str
    """Label of the experiment."""
    status: str
    """``done``, ``failed`` or ``interrupted``."""
    blocks: tuple[BlockReport, ...]
    """The blocks that were wanted, in the order in which they run."""
    seconds: float = 0.0
    user_error: str = ""
    """An error of user code outside any block: of a view while its database was indexed."""
    system_error: str = ""
    """An error outside any block that no user code is to blame for."""

    @property
    def ok(self) -> bool:
        """Whether all outputs that were wanted are in the cache."""
        return self.status == "done"

    def as_dict(self) -> dict[str, Any]:
        """Give everything for JSON."""
        return asdict(self)
