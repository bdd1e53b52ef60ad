"""Running a block: its part of a process, and the ends of the links between processes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .algorithm import AlgorithmExecutor
    from .database import DBExecutor
    from .messagehandlers import MessageHandler

__all__ = ["AlgorithmExecutor", "DBExecutor", "MessageHandler"]

_HOMES = {"AlgorithmExecutor": "algorithm", "DBExecutor": "database", "MessageHandler": "messagehandlers"}


def __getattr__(name: str) -> Any:
    """Load a class, or its module, when somebody asks for it: a block without links needs no ZeroMQ."""
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    if name in _HOMES.values():
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module `{__name__}' has no attribute `{name}'")
