"""What a block leaves in the cache."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from beat.backend.python import cachefile
from beat.backend.python.storage import safe_rmfile


def output_paths(data: Mapping[str, Any]) -> dict[str, str]:
    """Give the path of each output in the cache, without extension; an analyzer has one called ``result``."""
    if "result" in data:
        return {"result": data["result"]["path"]}
    return {name: record["path"] for name, record in data["outputs"].items()}


def all_paths(data: Mapping[str, Any]) -> Iterator[str]:
    """Give the paths of all outputs, those of a loop's evaluator included."""
    yield from output_paths(data).values()
    if "loop" in data:
        yield from output_paths(data["loop"]).values()


def exists(cache: str, path: str) -> bool:
    """Tell whether the cache holds a complete piece at least."""
    return cachefile.exists(_entry(cache, path))


def damage(cache: str, path: str) -> str | None:
    """Name the first file of an entry that is not what its checksum says, or that has none.

    All of the data is read, unless this process knows it already.
    """
    data, indices, _, _ = cachefile.getAllFilenames(_entry(cache, path))
    for file in (*data, *indices):
        try:
            whole = cachefile.verify(file)
        except OSError:
            whole = False
        if not whole:
            return file
    return None


def keep_only(sinks: Iterable[Any], data: Mapping[str, Any], cache: str) -> None:
    """Delete pieces of the entries that these sinks have not written.

    They are left from a killed run, or from data of another length under the same digest, and would make readers
    fail.
    """
    written = {sink.filename for sink in sinks}
    for path in output_paths(data).values():
        for files in cachefile.getAllFilenames(_entry(cache, path)):
            for file in files:
                piece = os.path.splitext(file.removesuffix(".checksum"))[0] + ".data"
                if piece not in written:
                    safe_rmfile(file)


def _entry(cache: str, path: str) -> str:
    return os.path.join(cache, f"{path}.data")
