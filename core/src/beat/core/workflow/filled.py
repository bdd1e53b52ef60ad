"""A toolchain together with what an experiment fills it with, as checks, configuration and drawing see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .items import Item, Part

if TYPE_CHECKING:
    from ..algorithm import Algorithm
    from ..database import Database
    from ..dataformat import DataFormat
    from ..toolchain import Toolchain


class Endpoint(NamedTuple):
    """One end of a connection: what data is of there."""

    format: str
    """Name of its data format."""
    formats: Mapping[str, DataFormat]
    """Data formats by name, as the algorithm or database has loaded them."""

    def takes(self, source: Endpoint) -> bool:
        """Tell whether data of the other endpoint is of the same format, or of one that extends it."""
        if self.format == source.format:
            return True
        return bool(self.formats[self.format].isparent(source.formats[source.format]))


class Workflow:
    """All that an experiment refers to, loaded; members of it may be invalid.

    Parameters
    ----------
    data
        The declaration of the experiment, which its schema accepts.
    toolchain, databases, algorithms
        What it refers to, by name.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        toolchain: Toolchain,
        databases: Mapping[str, Database],
        algorithms: Mapping[str, Algorithm],
    ) -> None:
        self.data = data
        self.toolchain = toolchain
        self.databases = databases
        self.algorithms = algorithms
        self._protocols: dict[str, dict[str, Any]] = {}
        self._sets: dict[tuple[str, str], dict[str, Any]] = {}

    def algorithm(self, part: Part) -> Algorithm:
        """Give the algorithm of a part."""
        return self.algorithms[part.algorithm]

    def protocols(self, database: str) -> dict[str, Any]:
        """Give the protocols of a valid database by name; the database is asked once."""
        if database not in self._protocols:
            self._protocols[database] = self.databases[database].protocols
        return self._protocols[database]

    def sets(self, database: str, protocol: str) -> dict[str, Any]:
        """Give the sets of a protocol by name; the database, which may have to read a template, is asked once."""
        if (database, protocol) not in self._sets:
            self._sets[database, protocol] = self.databases[database].sets(protocol)
        return self._sets[database, protocol]

    def dataset_outputs(self, name: str) -> dict[str, str]:
        """Give the outputs of the set that stands for a dataset, each with the name of its data format."""
        dataset = self.data["datasets"][name]
        outputs: dict[str, str] = self.sets(dataset["database"], dataset["protocol"])[dataset["set"]]["outputs"]
        return outputs

    def sources(self, items: Iterable[Item]) -> dict[str, Endpoint]:
        """Give the endpoints that data leaves: ``dataset.output``, ``block.output``."""
        found: dict[str, Endpoint] = {}
        for name, dataset in self.data["datasets"].items():
            formats = self.databases[dataset["database"]].dataformats
            for output, data_format in self.dataset_outputs(name).items():
                found[f"{name}.{output}"] = Endpoint(data_format, formats)
        for item in items:
            for part in item.parts:
                algorithm = self.algorithm(part)
                for name, port in part.outputs.items():
                    found[f"{item.name}.{port}"] = Endpoint(algorithm.output_map[name], algorithm.dataformats)
        return found

    def targets(self, items: Iterable[Item]) -> dict[str, Endpoint]:
        """Give the endpoints that data enters: ``block.input``."""
        found: dict[str, Endpoint] = {}
        for item in items:
            for part in item.parts:
                algorithm = self.algorithm(part)
                for name, port in part.inputs.items():
                    found[f"{item.name}.{port}"] = Endpoint(algorithm.input_map[name], algorithm.dataformats)
        return found
