"""The schema files: package data at ``<name>/<version>.json``, one common rule in one place, joined by references."""

from __future__ import annotations

import functools
import itertools
import json
import pkgutil
from typing import Any

# Never resolved over a network: `retrieve` reads the files, and `.invalid` is no domain.
_BASE = "https://beat.invalid/schema/"


def _read(path: str) -> dict[str, Any]:
    # Not importlib.resources: its import costs more than all the schemas together.
    content = pkgutil.get_data(__package__, path)
    if content is None:
        raise FileNotFoundError(path)
    schema: dict[str, Any] = json.loads(content)
    return schema


@functools.cache
def schema(name: str, version: int) -> dict[str, Any]:
    """Give a schema document; do not change it.

    Raises
    ------
    FileNotFoundError
        When there is no such schema.
    """
    try:
        return _read(f"{name}/{version}.json")
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no version {version} of a schema called `{name}'") from None


def retrieve(uri: str) -> dict[str, Any]:
    """Give the schema document that a reference between schema files leads to."""
    name, version = uri.removeprefix(_BASE).removesuffix(".json").split("/")
    return schema(name, int(version))


def _exists(name: str, version: int) -> bool:
    try:
        schema(name, version)
    except FileNotFoundError:
        return False
    return True


@functools.cache
def versions(name: str) -> tuple[int, ...]:
    """Give the known versions of a schema: 1 and those that follow without a gap.

    Raises
    ------
    FileNotFoundError
        When there is no schema of that name.
    """
    schema(name, 1)
    return tuple(itertools.takewhile(lambda version: _exists(name, version), itertools.count(1)))
