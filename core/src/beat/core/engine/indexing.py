"""Indices of database sets: where they lie in a cache, and making them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from beat.backend.python.problems import suggest

from ..execution import roots
from ..hash import hashDataset, toPath
from . import events
from .blocks import Outcome, index_set
from .capture import Capture
from .log import Logs

if TYPE_CHECKING:
    from ..database import Database


def index_path(cache: str | os.PathLike[str], database: str, protocol: str, set_name: str) -> Path:
    """Give the file that holds the index of one set of a database."""
    return Path(cache, toPath(hashDataset(database, protocol, set_name), ".db"))


def selected(database: Database, protocol: str | None = None, set_name: str | None = None) -> Iterator[tuple[str, str]]:
    """Walk over the sets of a valid database: all of them, those of one protocol, or a single one.

    Yields
    ------
    tuple
        Protocol and set.

    Raises
    ------
    KeyError
        When the database has no such protocol, or the protocol no such set; the text names the valid ones.
    """
    for candidate in [protocol] if protocol else database.protocol_names:
        _check(candidate, database.protocol_names, f"database `{database.name}' has no protocol")
        known = database.set_names(candidate)
        if set_name:
            _check(set_name, known, f"protocol `{candidate}' of database `{database.name}' has no set")
        for name in [set_name] if set_name else known:
            yield candidate, name


def _check(name: str, known: list[str], complaint: str) -> None:
    if name not in known:
        raise KeyError(f"{complaint} `{name}': {suggest(name, known) or 'there are ' + ', '.join(known)}")


class Indexer:
    """Indexes sets of databases, and tells of each in events.

    Parameters
    ----------
    cache
        Folder of the cache.
    custom_root_folders
        Folders of the raw data of databases, by ``database/<name>/<version>``.
    capture
        Catches what views print; it must have been entered.
    logs
        Where that is kept.
    emit
        Gets the events.
    """

    def __init__(
        self,
        cache: str | os.PathLike[str],
        custom_root_folders: Mapping[str, str],
        capture: Capture,
        logs: Logs,
        emit: events.Consumer,
    ) -> None:
        self._cache = cache
        self._roots = custom_root_folders
        self._capture = capture
        self._logs = logs
        self._emit = emit

    def index(self, database: Database, protocol: str, set_name: str) -> Outcome:
        """Index one set of a valid database, anew if it has an index. When its view fails, no file is left."""
        which = (database.name, protocol, set_name)
        path = str(index_path(self._cache, *which))
        name = "/".join(which)
        self._emit(events.IndexStarted(*which, path))
        outcome = index_set(
            name,
            lambda: database.view(protocol, set_name, root_folder=roots.root_folder(self._roots, database.name)),
            path,
            database.prefix,
            self._capture,
            self._logs.begin(name),
            self._emit,
        )
        if not outcome.failed:
            self._emit(events.IndexFinished(*which, path, outcome.seconds))
            return outcome
        if outcome.user_error:
            outcome.user_error = "\n".join([outcome.user_error, *roots.absent([database], self._roots)])
        self._emit(events.IndexFailed(*which, outcome.user_error, outcome.system_error, outcome.log))
        return outcome
