"""Loading and calling code of users: the platform's name for what the runtime does."""

from beat.backend.python.loader import load_module, run

__all__ = ["load_module", "run"]
