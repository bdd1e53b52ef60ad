"""A small prefix for tests of the runtime: one data format, one database, and algorithms as each test wants them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.algorithm import Algorithm
from beat.backend.python.database import Database

FORMAT = "w/number/1"
INDEX = "aa/bb/cc/numbers.db"
VIEWS = """
from collections import namedtuple

import numpy

from beat.backend.python.database import View

Entry = namedtuple("Entry", ["who", "num"])


class Numbers(View):
    def index(self, root_folder, parameters):
        return [Entry(who, num) for num, who in enumerate(parameters["people"])]

    def get(self, output, index):
        entry = self.objs[index]
        value = entry.num if output == "num" else ord(entry.who)
        return {"value": numpy.int32(value)}


class Broken(Numbers):
    def get(self, output, index):
        raise LookupError("lost at %s" % output)  # the line of the user


class NoList(View):
    def index(self, root_folder, parameters):
        return ("no", "list")


class Plain(View):
    def index(self, root_folder, parameters):
        return [(1, 2)]


class Empty(View):
    def index(self, root_folder, parameters):
        return []


class SetupFails(Numbers):
    def setup(self, where, parameters, rows, start_index=None, end_index=None):
        raise KeyError("a file of the user")
"""


class Workshop:
    """Writes declared objects and configurations of blocks."""

    def __init__(self, folder: Path) -> None:
        self.prefix = folder / "prefix"
        self.cache = folder / "cache"
        self.cache.mkdir(parents=True)
        self._save(f"dataformats/{FORMAT}.json", {"value": "int32"})
        self.database()

    def _save(self, name: str, content: Any) -> Path:
        path = self.prefix / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def database(self, declaration: Any = None, code: str | None = VIEWS, name: str = "numbers/1") -> None:
        """Write a database; by default one whose set ``s`` of protocol ``p`` has the people a a a b b a a."""
        self._save(f"databases/{name}.json", self.declaration() if declaration is None else declaration)
        if code is not None:
            self._save(f"databases/{name}.py", code)

    @staticmethod
    def declaration(view: str = "Numbers", people: str = "aaabbaa") -> dict[str, Any]:
        """Declare a database with one set; its outputs change at 0, 3, 5 (who) and at each index (num)."""
        outputs = {"who": FORMAT, "num": FORMAT}
        declared_set = {"name": "s", "view": view, "parameters": {"people": people}, "outputs": outputs}
        return {"root_folder": "/data", "protocols": [{"name": "p", "template": "t", "sets": [declared_set]}]}

    def template(self, sets: Any, name: str = "pairs/1") -> None:
        """Write a protocol template."""
        self._save(f"protocoltemplates/{name}.json", {"schema_version": 1, "sets": sets})

    def index(self, view: str = "Numbers", people: str = "aaabbaa") -> Database:
        """Write the database and the index of its set; give the database."""
        self.database(self.declaration(view, people))
        database = Database(str(self.prefix), "numbers/1")
        database.view("p", "s").index(str(self.cache / INDEX))
        return database

    def algorithm(
        self, body: str, kind: str = "sequential", inputs: tuple[str, ...] = ("a",), **more: Any
    ) -> Algorithm:
        """Write an algorithm with an output ``out``, or without if it has results, and the body of its class."""
        group: dict[str, Any] = {"inputs": {name: {"type": FORMAT} for name in inputs}}
        declaration: dict[str, Any] = {
            "schema_version": 2,
            "api_version": 2,
            "language": "python",
            "type": kind,
            "groups": [group],
            **more,
        }
        if "results" not in more:
            declaration["splittable"] = True
            group["outputs"] = {"out": {"type": FORMAT}}
        self._save("algorithms/w/step/1.json", declaration)
        indented = "\n".join("    " + line for line in body.strip("\n").splitlines())
        self._save("algorithms/w/step/1.py", f"import numpy\n\n\nclass Algorithm:\n{indented}\n")
        return Algorithm(str(self.prefix), "w/step/1")

    @staticmethod
    def database_input(output: str = "num", channel: str = "main") -> dict[str, Any]:
        """Configure an input that reads the set of the database."""
        where = {"database": "numbers/1", "protocol": "p", "set": "s", "output": output}
        return {"channel": channel, "path": INDEX, **where}

    @staticmethod
    def configuration(inputs: dict[str, Any], analyzer: bool = False, **more: Any) -> dict[str, Any]:
        """Configure a block of the algorithm on the channel ``main``."""
        target: dict[str, Any] = {"result": {"path": "dd/ee/ff/result"}}
        if not analyzer:
            target = {"outputs": {"out": {"channel": "main", "path": "dd/ee/ff/out"}}}
        return {"algorithm": "w/step/1", "parameters": {}, "channel": "main", "inputs": inputs, **target, **more}

    def results(self) -> list[str]:
        """List all files of the cache but the index, hidden ones included."""
        files = (path.relative_to(self.cache).as_posix() for path in self.cache.rglob("*") if path.is_file())
        return sorted(name for name in files if name != INDEX)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """Give a new prefix and an empty cache."""
    return Workshop(tmp_path)
