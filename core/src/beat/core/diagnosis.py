"""What is wrong with the objects of a prefix, with file, line and column, for people and programs."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from beat.backend.python import jsonio
from beat.backend.python.problems import Problem

from . import positions

__all__ = ["Finding", "diagnose"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem and where it is."""

    problem: Problem
    file: str | None
    """File of the declaration, relative to the prefix; ``None`` when there is no such file."""
    line: int | None
    """From 1; ``None`` when the problem is not at a place of that file."""
    column: int | None
    """From 1."""
    causes: tuple[Finding, ...] = ()
    """What is wrong with other objects, when that is the problem: in their files."""

    @property
    def place(self) -> str:
        """``<file>:<line>``, as far as known."""
        if self.file is None:
            return ""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def as_dict(self) -> dict[str, Any]:
        """Give all of it for JSON: path, kind, message, hint, file, line, column and causes."""
        causes = [cause.as_dict() for cause in self.causes]
        place = {"file": self.file, "line": self.line, "column": self.column}
        return {**self.problem.as_dict(), **place, "causes": causes}


def diagnose(prefix: str | os.PathLike[str], problems: Iterable[Problem]) -> list[Finding]:
    """Find where problems are.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    problems
        `Asset.problems` of an object. Each file is read and gone through once for all of them.
    """
    found = [(problem, problem.roots()) for problem in problems]
    paths: dict[str, set[str]] = defaultdict(set)
    for problem, roots in found:
        for each in (problem, *roots):
            paths[each.file].add(each.path)
    texts = {file: _Text(file, wanted) for file, wanted in paths.items()}
    folder = os.path.abspath(prefix)

    def finding(problem: Problem, roots: Iterable[Problem]) -> Finding:
        text = texts[problem.file]
        line, column = text.position(problem) or (None, None)
        file = os.path.relpath(problem.file, folder) if text.exists else None
        return Finding(problem, file, line, column, tuple(finding(root, ()) for root in roots))

    return [finding(problem, roots) for problem, roots in found]


class _Text:
    """The text of a declaration, with its wanted places."""

    def __init__(self, file: str, paths: Iterable[str]) -> None:
        self.exists = bool(file) and os.path.isfile(file)
        self._text = ""
        self._positions: dict[str, positions.Position] = {}
        if not self.exists:
            return
        try:
            self._text = jsonio.read(file).decode("utf-8").removeprefix("\ufeff")
            self._positions = positions.locate(self._text, filter(None, paths))
        except (OSError, ValueError):
            # Not to be read, or no JSON: the problem is just that, and says where by itself.
            return

    def position(self, problem: Problem) -> positions.Position | None:
        if problem.kind != "syntax":
            return self._positions.get(problem.path)
        if said := _said(problem):
            return said
        repeated = positions.repeated_key(self._text) if problem.path in self._positions else None
        return repeated[1] if repeated else None


# The messages of the parser end like this.
_SAID = re.compile(r"line (\d+) column (\d+) \(char \d+\)$")


def _said(problem: Problem) -> positions.Position | None:
    """Read the position that the message of a syntax error tells."""
    found = _SAID.search(problem)
    return positions.Position(int(found[1]), int(found[2])) if found else None
