"""Run a block in this process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from beat.backend.python.execution.block import Block

from . import report
from .base import BaseExecutor

logger = logging.getLogger(__name__)


class LocalExecutor(BaseExecutor):
    """Runs a block in the calling process, directly on the objects that are loaded there.

    User code runs with all rights of the caller: use it for code that you trust. Parameters and further attributes are
    those of `BaseExecutor`.

    Attributes
    ----------
    executor : Block or None
        The running block; its `progress()` may be asked from another thread.
    working_dir, message_handler, executor_socket, loop_executor, loop_message_handler, loop_socket, zmq_context : None
        Not needed here; they are there for programs that look at them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.working_dir = None
        self.executor: Block | None = None
        self.message_handler = None
        self.executor_socket = None
        self.loop_executor = None
        self.loop_message_handler = None
        self.loop_socket = None
        self.zmq_context = None

    def __exit__(self, *exception: object) -> None:
        super().__exit__(*exception)
        self.executor = None

    def process(
        self, virtual_memory_in_megabytes: int = 0, max_cpu_percent: int = 0, timeout_in_minutes: float = 0
    ) -> dict[str, Any]:
        """Run the block.

        A block that does not succeed leaves nothing in the cache.

        Parameters
        ----------
        virtual_memory_in_megabytes, max_cpu_percent, timeout_in_minutes
            Accepted, but not enforced: nothing in a process can hold user code in it back.

        Returns
        -------
        dict
            See `BaseExecutor.process`. An error in `process()` of the algorithm, or in a view that it reads, gives
            ``status`` 1 and its text in ``user_error``.

        Raises
        ------
        RuntimeError
            When the configuration is not valid, is that of a loop, when `setup()` or `prepare()` of the algorithm fail,
            or `process()` returns false.
        OSError
            When data of an input is missing.
        """
        self._require_valid()
        self._require_supported()
        if virtual_memory_in_megabytes or max_cpu_percent or timeout_in_minutes:
            logger.warning("limits of memory, processor and time do not hold for blocks that run in this process")
        block = self.executor = Block(self.data, self.algorithm, self.prefix, self.cache, databases=self.databases)
        self.input_list, self.data_loaders = block.input_list, block.data_loaders
        self.output_list, self.data_sinks = block.output_list, block.data_sinks
        try:
            self._phase("setup", block.setup)
            self._phase("prepare", block.prepare)
            user_error, system_error = self._run(block)
        finally:
            block.discard()
        return _result(user_error, system_error, block.statistics())

    def _require_supported(self) -> None:
        if "loop" in self.data or self.algorithm.loop_map:
            raise report.NotSupportedError(f"Algorithm {self.algorithm.name}: loops are not supported yet")

    def _phase(self, name: str, call: Callable[[], bool]) -> None:
        """Call a phase before the processing; what user code does wrong there ends the run."""
        failure = f"Algorithm {self.algorithm.name} {name} failed"
        try:
            succeeded = call()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise report.UserCodeError(f"{failure}:\n{report.describe(error, self.prefix)}") from error
        if not succeeded:
            raise report.UserCodeError(failure)

    def _run(self, block: Block) -> tuple[str, str]:
        """Process all data; give the text of an error for the author of the algorithm, and of one of the system."""
        try:
            succeeded = block.process()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - user code may raise anything, exits included
            if isinstance(error, OSError) and report.user_error(error, self.prefix) is None:
                return "", report.system_error(error)
            return report.describe(error, self.prefix), ""
        if not succeeded:
            raise report.UserCodeError(f"Algorithm {self.algorithm.name} process failed")
        return "", ""


def _result(user_error: str, system_error: str, data_statistics: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": 1 if user_error or system_error else 0,
        "stdout": "",
        "stderr": "",
        "timed_out": False,
        "system_error": system_error,
        "user_error": user_error,
        "statistics": {
            "data": data_statistics,
            "cpu": {"user": 0.0, "system": 0.0, "total": 0.0, "percent": 0.0, "processors": 1},
            "memory": {"rss": 0, "limit": 0, "percent": 0.0},
        },
    }
