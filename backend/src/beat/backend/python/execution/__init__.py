"""Running a block: its part of a process, and the ends of the links between processes."""

from .algorithm import AlgorithmExecutor
from .database import DBExecutor
from .messagehandlers import MessageHandler

__all__ = ["AlgorithmExecutor", "DBExecutor", "MessageHandler"]
