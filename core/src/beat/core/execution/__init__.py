"""Execution of one block."""

from .local import LocalExecutor

__all__ = ["LocalExecutor"]
