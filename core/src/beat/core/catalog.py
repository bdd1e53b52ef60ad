"""Which objects a prefix holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from beat.backend.python.hash import toUserPath
from beat.backend.python.problems import closest

FOLDERS = {
    "algorithm": "algorithms",
    "database": "databases",
    "dataformat": "dataformats",
    "experiment": "experiments",
    "library": "libraries",
    "plotter": "plotters",
    "plotterparameter": "plotterparameters",
    "protocoltemplate": "protocoltemplates",
    "toolchain": "toolchains",
}
"""Folder of each kind of object."""

_MOST_COMPARED = 1000

_PARTS = {"database": 2, "protocoltemplate": 2, "experiment": 5}


def name_parts(kind: str) -> int:
    """Give the number of parts of a complete name of that kind."""
    return _PARTS.get(kind, 3)


def names(prefix: str | os.PathLike[str], kind: str) -> list[str]:
    """List the names of all objects of one kind, in order, whether valid or not."""
    parts = name_parts(kind)
    return sorted(set(_named(Path(prefix) / FOLDERS[kind], parts, hashed=kind != "database")))


def _named(folder: Path, parts: int, hashed: bool) -> Iterator[str]:
    for path in folder.glob("/".join(["*"] * (parts - 1) + ["*.json"])):
        yield path.relative_to(folder).with_suffix("").as_posix()
    if hashed:
        for path in folder.glob("/".join(["??", "??"] + ["*"] * (parts - 1) + ["*.json"])):
            first, second, user, *rest = path.relative_to(folder).with_suffix("").parts
            if toUserPath(user) == f"{first}/{second}/{user}":
                yield "/".join([user, *rest])


def expand(prefix: str | os.PathLike[str], kind: str, wanted: str) -> list[str]:
    """Find the objects that a user means.

    Parameters
    ----------
    wanted
        A complete name, taken as it is whether the object exists or not, or the beginning of names. The folder of
        the kind may stand in front, as file completion of a shell leaves it.

    Returns
    -------
    list of str
        The names, in order; empty when nothing begins like that.
    """
    wanted = wanted.removeprefix(FOLDERS[kind] + "/").removesuffix(".json").rstrip("/")
    slashes = wanted.count("/")
    if slashes >= name_parts(kind) - 1 or (kind == "experiment" and slashes == 3 and _is_short(prefix, wanted)):
        return [wanted]
    return [name for name in names(prefix, kind) if name.startswith(wanted)]


def similar(prefix: str | os.PathLike[str], kind: str, name: str) -> str:
    """Find an object whose name is like one that does not exist, or another version of it; empty when there is none.

    The name is followed down the folders, so that nothing but the folders on its way is read.
    """
    folder = Path(prefix) / FOLDERS[kind]
    parts = name.split("/")
    if (hashed := folder / toUserPath(parts[0])).is_dir():
        folder = hashed.parent
    found = []
    for position, part in enumerate(parts):
        last = position == len(parts) - 1
        try:
            entries = sorted(os.listdir(folder))[:_MOST_COMPARED]
        except OSError:
            return ""
        known = [entry.removesuffix(".json") for entry in entries if entry.endswith(".json") or not last]
        like = part if part in known else closest(part, known)
        if last and not like:
            like = max(known, key=lambda version: (len(version), version), default="")
        if not like:
            return ""
        found.append(like)
        folder = folder / like
    return "/".join(found)


def _is_short(prefix: str | os.PathLike[str], label: str) -> bool:
    """Tell whether a label of four parts names an experiment whose user owns the toolchain, too."""
    user, rest = label.split("/", 1)
    return f"{user}/{user}/{rest}" in names(prefix, "experiment")
