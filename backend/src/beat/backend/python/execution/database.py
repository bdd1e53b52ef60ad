"""The process of databases: it runs their views for blocks that read them from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..data import DataSource
from ..database import Database, Runner
from ..helpers import OpenViews
from ..jsonio import dumps
from .messagehandlers import MessageHandler


class DBExecutor:
    """Opens the views that the inputs of a block read from, and serves their data.

    Parameters
    ----------
    message_handler
        Answers the requests of the block.
    prefix
        Folder of all declared objects.
    cache_root
        Folder of the cache, which holds the indices of the sets.
    data
        Configuration of the block, or the path of its JSON file.
    dataformat_cache, database_cache
        Objects by their names: taken from there, and added to it.

    Attributes
    ----------
    databases : dict
        Databases by their names.
    views : dict
        (database, protocol, set) -> `Runner`.
    data_sources : dict
        Data sources by the names of their inputs.
    errors : list of str
        Why data cannot be served: the errors of the databases.

    Raises
    ------
    OSError
        When the index of a set is missing.
    RuntimeError
        When a view fails.
    """

    message_handler: MessageHandler | None

    def __init__(
        self,
        message_handler: MessageHandler,
        prefix: str,
        cache_root: str,
        data: dict[str, Any] | str,
        dataformat_cache: dict[str, Any] | None = None,
        database_cache: dict[str, Any] | None = None,
    ) -> None:
        self.message_handler = message_handler
        self.prefix = prefix
        self.databases: dict[str, Database] = {}
        self.views: dict[tuple[str, str, str], Runner] = {}
        self.data_sources: dict[str, DataSource] = {}
        self.errors: list[str] = []
        self.data: Any = data
        self.dataformat_cache: dict[str, Any] = {} if dataformat_cache is None else dataformat_cache
        if not isinstance(data, dict):
            if not Path(data).exists():
                self.errors.append(f"File not found: {data}")
                return
            self.data = json.loads(Path(data).read_text(encoding="utf-8"))
        inputs = {name: it for name, it in self.data["inputs"].items() if "database" in it}
        self._load_databases(
            [it["database"] for it in inputs.values()], {} if database_cache is None else database_cache
        )
        if self.valid:
            opened = OpenViews(self.data, self.databases, cache_root, pack=True)
            self.data_sources = {name: opened.source(name, it) for name, it in inputs.items()}
            self.views = {key[:3]: view for key, view in opened.views.items()}
            message_handler.set_data_sources(self.data_sources)

    def _load_databases(self, names: list[str], cache: dict[str, Any]) -> None:
        for name in dict.fromkeys(names):
            if name not in cache:
                cache[name] = Database(self.prefix, name, self.dataformat_cache)
            self.databases[name] = cache[name]
            self.errors += cache[name].errors

    @property
    def address(self) -> str:
        """Where the message handler listens."""
        assert self.message_handler is not None
        return self.message_handler.address

    @property
    def valid(self) -> bool:
        """Whether data can be served."""
        return not self.errors

    def process(self) -> None:
        """Begin to answer requests, in the thread of the message handler."""
        assert self.message_handler is not None
        self.message_handler.start()

    def wait(self) -> None:
        """Wait until the block is done, and forget the message handler."""
        if self.message_handler is not None and self.message_handler.ident is not None:
            self.message_handler.join()
        self.message_handler = None

    def __str__(self) -> str:
        return dumps(self.data)
