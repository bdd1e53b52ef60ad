"""Run one block, or index one set: what user code prints is caught, what it does wrong is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..execution import LocalExecutor, entries, report, roots
from .capture import Capture
from .events import BlockOutput, BlockProgress, Consumer
from .log import Log


@dataclass(slots=True)
class Outcome:
    """How user code fared."""

    user_error: str = ""
    system_error: str = ""
    statistics: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    log: str | None = None

    @property
    def failed(self) -> bool:
        """Whether there was an error."""
        return bool(self.user_error or self.system_error)


def run_block(name: str, executor: LocalExecutor, capture: Capture, log: Log, emit: Consumer) -> Outcome:
    """Run a block; its outputs replace all that the cache holds of them."""
    last = (0, 0)

    def progress() -> None:
        nonlocal last
        block = executor.executor
        if block is not None and (now := block.progress()) != last:
            last = now
            emit(BlockProgress(name, *now))

    return _observed(name, lambda: _process(executor), capture, log, emit, progress)


def index_set(
    name: str, view: Callable[[], Any], path: str, prefix: str, capture: Capture, log: Log, emit: Consumer
) -> Outcome:
    """Index a set of a database.

    Parameters
    ----------
    view
        Makes the runner of the view.
    path
        File of the index.
    """
    return _observed(name, lambda: _index(view, path, prefix), capture, log, emit)


def _observed(
    name: str,
    action: Callable[[], Outcome],
    capture: Capture,
    log: Log,
    emit: Consumer,
    on_tick: Callable[[], object] | None = None,
) -> Outcome:
    """Act, while all that is printed goes into the log and to the consumer of events."""

    def on_text(text: str) -> None:
        log.write(text)
        emit(BlockOutput(name, text))

    began = time.perf_counter()
    try:
        with capture.into(on_text, on_tick):
            outcome = action()
    finally:
        log.close()
    outcome.seconds = time.perf_counter() - began
    outcome.log = log.path
    return outcome


def _process(executor: LocalExecutor) -> Outcome:
    if not executor.valid:
        return Outcome(system_error="the block cannot be run:\n  * " + "\n  * ".join(executor.errors))
    try:
        with executor:
            result = executor.process()
            if result["status"] == 0:
                entries.keep_only(executor.data_sinks, executor.data, executor.cache)
    except report.UserCodeError as error:
        advice = "" if error.__cause__ else ": it returned a false value; return True when it succeeds"
        return Outcome(user_error=f"{error}{advice}")
    except report.NotSupportedError as error:
        return Outcome(system_error=str(error))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it is, it goes into the report
        outcome = _told(error, executor.prefix)
    else:
        outcome = Outcome(result["user_error"], result["system_error"], result["statistics"])
    if '"databases/' in outcome.user_error:
        notes = roots.absent(executor.databases.values(), executor.custom_root_folders)
        outcome.user_error = "\n".join([outcome.user_error, *notes])
    return outcome


def _index(view: Callable[[], Any], path: str, prefix: str) -> Outcome:
    try:
        view().index(path)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - views are user code and may raise anything, exits included
        return _told(error, prefix)
    return Outcome()


def _told(error: BaseException, prefix: str) -> Outcome:
    user_error = report.user_error(error, prefix)
    if user_error is not None:
        return Outcome(user_error=user_error)
    return Outcome(system_error=report.system_error(error))
