"""The process of an algorithm: one block, and what it tells the processes at the other ends of its links."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..algorithm import Algorithm, Runner
from ..data_loaders import DataLoaderList
from ..database import Database
from ..inputs import InputList
from ..jsonio import dumps
from ..outputs import OutputList
from ..sources.remote import answer_of
from .block import Block


class AlgorithmExecutor:
    """Runs the block described in a folder.

    Parameters
    ----------
    socket
        Link to the process that waits for the block.
    directory
        Holds ``configuration.json``, the description of the block, and ``prefix``, the objects it needs.
    dataformat_cache, database_cache, library_cache
        Objects by their names: taken from there, and added to it. Those of `database_cache` serve the inputs that read
        databases, unless there is a `db_socket`.
    cache_root
        Folder of the cache.
    db_socket
        Link to the provider of the databases.
    loop_socket
        Link to the process of the loop evaluator.

    Raises
    ------
    RuntimeError
        When the algorithm is of a kind that cannot be run, is not valid, or a view fails.
    OSError
        When a file is missing, or an output cannot be written.
    """

    def __init__(
        self,
        socket: Any,
        directory: str,
        dataformat_cache: dict[str, Any] | None = None,
        database_cache: Mapping[str, Database] | None = None,
        library_cache: dict[str, Any] | None = None,
        cache_root: str = "/cache",
        db_socket: Any = None,
        loop_socket: Any = None,
    ) -> None:
        self.socket = socket
        self.db_socket = db_socket
        self.loop_socket = loop_socket
        self.loop_channel = None
        self.configuration = f"{directory}/configuration.json"
        self.prefix = f"{directory}/prefix"
        self.data: dict[str, Any] = json.loads(Path(self.configuration).read_text(encoding="utf-8"))
        self.algorithm = Algorithm(self.prefix, self.data["algorithm"], dataformat_cache, library_cache)
        self.block = Block(
            self.data,
            self.algorithm,
            self.prefix,
            cache_root,
            databases=database_cache,
            db_socket=db_socket,
            loop_socket=loop_socket,
        )

    @property
    def input_list(self) -> InputList:
        """Inputs of the main channel of a sequential algorithm."""
        return self.block.input_list

    @property
    def data_loaders(self) -> DataLoaderList:
        """Loaders of all other inputs."""
        return self.block.data_loaders

    @property
    def output_list(self) -> OutputList:
        """Outputs, or the one called ``result`` of an analyzer."""
        return self.block.output_list

    @property
    def runner(self) -> Runner:
        """The algorithm's object; its code is loaded on first use."""
        return self.block.runner

    @property
    def schema_version(self) -> int:
        """Version of the schema of the algorithm's declaration."""
        return self.algorithm.schema_version

    @property
    def analysis(self) -> bool:
        """Whether the block is an analyzer."""
        return self.block.analysis

    def setup(self) -> bool:
        """Hand the parameters to the algorithm; tell whether it accepts them."""
        return self.block.setup()

    def prepare(self) -> bool:
        """Let the algorithm read what it needs beforehand; tell whether it succeeded."""
        return self.block.prepare()

    def process(self) -> bool:
        """Run the algorithm over all data, then say so on all links; see `Block.process`."""
        if not self.block.process():
            return False
        self.done(self.block.statistics())
        return True

    def done(self, statistics: Mapping[str, Any]) -> None:
        """Say on each link that the work is done, and wait for the answer: databases first, the main link last."""
        report = dumps(statistics, indent=None).encode("utf-8")
        for socket in (self.db_socket, self.socket):
            if socket is not None:
                socket.send_multipart([b"don", report])
                answer_of(socket)
