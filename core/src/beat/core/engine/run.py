"""Run an experiment, one block after the other, in this process."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beat.backend.python import viewindex

from ..execution import LocalExecutor, entries
from . import events
from .blocks import Outcome, run_block
from .capture import Capture
from .files import make_folder
from .indexing import Indexer
from .log import Logs
from .plan import Items, select, to_run
from .report import BlockReport, Report

if TYPE_CHECKING:
    from ..experiment import Experiment


def run(
    experiment: Experiment,
    *,
    cache: str | os.PathLike[str] | None = None,
    force: bool = False,
    target: str | None = None,
    on_event: events.Consumer | None = None,
    custom_root_folders: Mapping[str, str] | None = None,
    logs: str | os.PathLike[str] | None = None,
) -> Report:
    """Run an experiment: index its databases, then run each block whose outputs are not in the cache.

    The run ends at the first failure. What is finished stays in the cache, so that another run goes on from there.

    Parameters
    ----------
    experiment
        A valid experiment.
    cache
        Folder of the cache, made if missing; ``<prefix>/cache`` by default.
    force
        Run blocks although their outputs are in the cache.
    target
        Run only this block and what it depends on.
    on_event
        Called with each event (see `events`), one at a time, from this thread or from one of the engine. What it prints
        to `sys.stdout` and `sys.stderr` is not mixed with what user code prints (but see `Capture`).
    custom_root_folders
        Folders of the raw data of databases, by ``database/<name>/<version>``.
    logs
        Folder for what user code prints: ``<block>.log`` for each block that runs.

    Returns
    -------
    Report
        What became of each block. Errors of user code are there, not raised.

    Raises
    ------
    RuntimeError
        When the experiment is not valid or has no block `target`.
    OSError
        When the cache cannot be made.
    KeyboardInterrupt
        When somebody stops the run; its attribute `report` is the report. The block that was running leaves nothing
        behind.
    """
    if experiment.errors:
        reasons = "".join(f"\n  * {error}" for error in experiment.errors)
        raise RuntimeError(f"experiment `{experiment.label}' is not valid:{reasons}")
    items = select(experiment.setup(), target)
    folder = os.path.join(experiment.prefix, "cache") if cache is None else os.fspath(cache)
    make_folder(Path(folder), "folder of the cache")
    return _Run(experiment, items, folder, on_event or _ignore, custom_root_folders or {}, logs).run(force)


def _ignore(event: events.Event) -> None:
    """Take an event and do nothing."""


class _Run:
    """The state of one run."""

    def __init__(
        self,
        experiment: Experiment,
        items: Items,
        cache: str,
        emit: events.Consumer,
        custom_root_folders: Mapping[str, str],
        logs: str | os.PathLike[str] | None,
    ) -> None:
        self._experiment = experiment
        self._items = items
        self._cache = cache
        self._emit = emit
        self._roots = custom_root_folders
        self._logs = Logs(logs, self._warn)
        self._capture = Capture()
        self._began = time.perf_counter()
        self._index_failure = Outcome()
        self._blocks = {name: self._block(name, "not run") for name in items}
        self._written: dict[str, str] = {}
        self._objects: dict[str, Any] = {
            "dataformat_cache": {},
            "database_cache": dict(experiment.databases),
            "algorithm_cache": dict(experiment.algorithms),
            "library_cache": {},
        }

    def run(self, force: bool) -> Report:
        self._emit(events.RunStarted(self._experiment.label, tuple(self._items)))
        try:
            with self._capture:
                ok = self._index() and self._run_blocks(force)
        except KeyboardInterrupt as interrupt:
            # Not an exception of our own: Python ends a program in its own way for this one only.
            interrupt.report = self._finish("interrupted")  # type: ignore[attr-defined]  # see above
            raise
        return self._finish("done" if ok else "failed")

    def _finish(self, status: str) -> Report:
        seconds = time.perf_counter() - self._began
        self._emit(events.RunFinished(status, seconds))
        failure = self._index_failure
        blocks = tuple(self._blocks.values())
        return Report(self._experiment.label, status, blocks, seconds, failure.user_error, failure.system_error)

    def _warn(self, text: str) -> None:
        self._emit(events.Warning(text))

    # -- databases -------------------------------------------------------------------------------------------------

    def _index(self) -> bool:
        """Index each set that a block reads and that has no index, or half of one; tell whether that went well."""
        indexer = Indexer(self._cache, self._roots, self._capture, self._logs, self._emit)
        records = [record for item in self._items.values() for record in _dataset_inputs(item["configuration"])]
        for relative, record in {record["path"]: record for record in records}.items():
            path = os.path.join(self._cache, relative)
            if not viewindex.looks_whole(path):
                if os.path.lexists(path):
                    self._warn(f"`{path}' is no index of a set, or an empty one, and will be made again")
                database = self._experiment.databases[record["database"]]
                outcome = indexer.index(database, record["protocol"], record["set"])
                if outcome.failed:
                    self._index_failure = outcome
                    return False
        return True

    # -- blocks ----------------------------------------------------------------------------------------------------

    def _run_blocks(self, force: bool) -> bool:
        """Run what must run, in order; tell whether all of it succeeded."""
        running = to_run(self._items, self._cache, force, self._warn)
        for position, (name, item) in enumerate(self._items.items(), 1):
            configuration = item["configuration"]
            if name not in running:
                self._skip(name, configuration, "its outputs are in the cache")
            elif twin := self._twin(configuration):
                self._skip(name, configuration, f"block `{twin}' has the same outputs")
            else:
                self._emit(events.BlockStarted(name, configuration["algorithm"], position, len(self._items)))
                if not self._run_block(name, configuration):
                    return False
        return True

    def _twin(self, configuration: Mapping[str, Any]) -> str | None:
        """Name a block of this run that has written the outputs of this one: digests do not tell them apart."""
        twins = {self._written.get(path) for path in entries.all_paths(configuration)}
        return None if None in twins else twins.pop()

    def _skip(self, name: str, configuration: Mapping[str, Any], reason: str) -> None:
        self._blocks[name] = self._block(name, "cached")
        self._emit(events.BlockSkipped(name, configuration["algorithm"], reason))

    def _run_block(self, name: str, configuration: Mapping[str, Any]) -> bool:
        executor = LocalExecutor(
            self._experiment.prefix, configuration, self._cache, **self._objects, custom_root_folders=self._roots
        )
        outcome = run_block(name, executor, self._capture, self._logs.begin(name), self._emit)
        self._blocks[name] = self._block(name, "failed" if outcome.failed else "done", outcome)
        if outcome.failed:
            errors = (outcome.user_error, outcome.system_error)
            self._emit(events.BlockFailed(name, configuration["algorithm"], *errors, outcome.log))
            return False
        self._written |= dict.fromkeys(entries.all_paths(configuration), name)
        self._emit(events.BlockFinished(name, outcome.seconds, outcome.statistics))
        return True

    def _block(self, name: str, state: str, outcome: Outcome | None = None) -> BlockReport:
        outcome = outcome or Outcome()
        configuration = self._items[name]["configuration"]
        paths = entries.output_paths(configuration)
        return BlockReport(
            name,
            configuration["algorithm"],
            state,
            {output: os.path.join(self._cache, path) for output, path in paths.items()},
            outcome.seconds,
            outcome.statistics,
            outcome.user_error,
            outcome.system_error,
            outcome.log,
        )


def _dataset_inputs(configuration: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    inputs = [*configuration["inputs"].values(), *configuration.get("loop", {}).get("inputs", {}).values()]
    return [record for record in inputs if "database" in record]
