"""Indices of database sets: where they lie in a cache, and making them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from beat.backend.python.problems import suggest
from beat.core.hash import hashDataset, toPath


def index_path(cache: str | os.PathLike[str], database: str, protocol: str, set_name: str) -> Path:
    """Give the file that holds the index of one set of a database."""
    return Path(cache, toPath(hashDataset(database, protocol, set_name), ".db"))


def selected(database: Any, protocol: str | None = None, set_name: str | None = None) -> Iterator[tuple[str, str]]:
    """Walk over the sets of a database: all of them, those of one protocol, or a single one.

    Parameters
    ----------
    database
        A valid `beat.core.database.Database`.

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
        advice = suggest(name, known) or f"there are {', '.join(known)}"
        raise KeyError(f"{complaint} `{name}': {advice}")


def root_folder(roots: Mapping[str, str] | None, database: str) -> str | None:
    """Find the root folder that the user gives to a database: by ``database/<name>/<version>``, or the bare name."""
    roots = roots or {}
    return roots.get(f"database/{database}", roots.get(database))


def build(database: Any, protocol: str, set_name: str, cache: str | os.PathLike[str], root: str | None = None) -> Path:
    """Make the index of one set, anew if there is one.

    Parameters
    ----------
    database
        A valid `beat.core.database.Database`.
    root
        Folder of the raw data; ``None`` takes the declared one.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    RuntimeError
        When the view fails; its cause is the exception of the view's code. No file is left then.
    """
    path = index_path(cache, database.name, protocol, set_name)
    database.view(protocol, set_name, exc=RuntimeError, root_folder=root).index(str(path))
    return path
