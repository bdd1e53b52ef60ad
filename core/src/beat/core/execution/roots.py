"""Where the raw data of databases lie, when it is not where their declarations say."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable, Mapping
from typing import Any


def root_folder(custom_root_folders: Mapping[str, str] | None, database_name: str) -> str | None:
    """Look up the root folder given for a database in place of the declared one.

    Parameters
    ----------
    custom_root_folders
        Keys are ``database/<name>/<version>``; the short form without ``database/`` counts where the long one is
        absent.
    """
    folders = custom_root_folders or {}
    return folders.get(f"database/{database_name}", folders.get(database_name))


def relocated(database: Any, custom_root_folders: Mapping[str, str] | None) -> Any:
    """Give the database with the root folder that holds here.

    The object itself is left as it is, since caches share it; what comes back may be a copy.
    """
    folder = root_folder(custom_root_folders, database.name)
    if folder is None or not isinstance(database.data, dict) or folder == database.data.get("root_folder"):
        return database
    moved = copy.copy(database)
    moved.data = copy.copy(database.data)
    moved.data["root_folder"] = folder
    return moved


def absent(databases: Iterable[Any], custom_root_folders: Mapping[str, str] | None) -> list[str]:
    """Tell of each database whose raw data is not where it should be: the first thing to check when a view fails."""
    notes = []
    for database in databases:
        folder = root_folder(custom_root_folders, database.name) or database.data["root_folder"]
        if not os.path.exists(folder.removeprefix("file://")):
            notes.append(
                f"the root folder of database `{database.name}', {folder}, does not exist here: correct `root_folder' "
                f"in its declaration, or say where the data is under the key `database/{database.name}'"
            )
    return notes
