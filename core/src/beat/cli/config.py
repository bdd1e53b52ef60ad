"""The configuration of the command: defaults, ``~/.beatrc``, ``./.beatrc`` and global options, the last one wins."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

ROOT_KEY = "database/"
"""Begins the keys that give a local root folder to a database: ``database/<name>/<version>``."""


class Configuration:
    """The effective configuration.

    Parameters
    ----------
    options
        Global options by their key (``prefix``, ``cache``); empty values count as not given.

    Attributes
    ----------
    files : list of Path
        The two files that are read, in order; either may be absent.

    Raises
    ------
    click.ClickException
        When a file is not a JSON object; the message names the file.
    """

    def __init__(self, options: Mapping[str, str | None]) -> None:
        self.files = [Path("~/.beatrc").expanduser(), Path(".beatrc").absolute()]
        self._values: dict[str, Any] = {"prefix": str(Path("prefix").absolute()), "cache": "cache"}
        for file in dict.fromkeys(self.files):
            if file.is_file():
                self._values.update(_read(file))
        self._values.update({key: value for key, value in options.items() if value})

    @property
    def path(self) -> str:
        """Folder of the declared objects (the prefix)."""
        prefix: str = self._values["prefix"]
        return os.path.abspath(os.path.expanduser(prefix))

    @property
    def cache(self) -> str:
        """Folder of the cache; a relative one stands in the prefix."""
        return os.path.abspath(os.path.join(self.path, os.path.expanduser(self._values["cache"])))

    @property
    def state(self) -> str:
        """Folder in the prefix for what the command notes down for itself (logs)."""
        return os.path.join(self.path, ".beat")

    @property
    def database_paths(self) -> dict[str, str]:
        """Local root folders of databases, by their keys ``database/<name>/<version>``."""
        return {key: value for key, value in self._values.items() if key.startswith(ROOT_KEY)}

    def as_dict(self) -> dict[str, Any]:
        """Give all effective keys and values."""
        return dict(self._values)

    def __str__(self) -> str:
        return json.dumps(self._values, sort_keys=True, indent=4)


def _read(file: Path) -> dict[str, Any]:
    """Read a configuration file; relative root folders of databases count from the folder of the file."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise click.ClickException(f"configuration file {file} cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise click.ClickException(f"configuration file {file} must hold a JSON object")
    for key, value in values.items():
        if (key.startswith(ROOT_KEY) or key in ("prefix", "cache")) and not isinstance(value, str):
            raise click.ClickException(f"configuration file {file}: `{key}' must be a text, not {json.dumps(value)}")
        if isinstance(value, str) and "\0" in value:
            raise click.ClickException(f"configuration file {file}: `{key}' holds a character that no path can have")
        if key.startswith(ROOT_KEY):
            values[key] = str(file.parent / Path(value).expanduser())
    return {key: value for key, value in values.items() if value or key not in ("prefix", "cache")}
