"""Outputs of algorithms: what the runtime has."""

from beat.backend.python.outputs import Output, OutputList, SynchronizationListener

__all__ = ["Output", "OutputList", "SynchronizationListener"]
