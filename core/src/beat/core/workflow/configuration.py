"""What each item of an experiment needs to run: its algorithm, where its data comes from and where it goes.

A configuration holds the digests that address data in the cache. The digest of an output depends on those of the
inputs it is made from, so items are configured in execution order.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from ..hash import hashAnalyzer, hashBlockOutput, hashDataset, toPath
from .filled import Workflow
from .items import Item, Part, experiment_items


def configure(workflow: Workflow) -> OrderedDict[str, dict[str, Any]]:
    """Give, for each item in execution order, its ``dependencies`` (a set of names) and its ``configuration``.

    The cost is linear in items and connections; each algorithm is read from disk once.

    Raises
    ------
    KeyError
        When an item has no queue or environment of its own and there is no global one.
    """
    configurator = _Configurator(workflow)
    items = {item.name: item for item in experiment_items(workflow.data)}
    return OrderedDict(
        (name, {"dependencies": dependencies, "configuration": configurator.item(items[name])})
        for name, dependencies in workflow.toolchain.execution_order().items()
    )


def _dataset_records(workflow: Workflow) -> Iterator[tuple[str, dict[str, str]]]:
    for name, dataset in workflow.data["datasets"].items():
        digest = hashDataset(dataset["database"], dataset["protocol"], dataset["set"])
        record = {**dataset, "hash": digest, "path": toPath(digest, ".db")}
        for output in workflow.dataset_outputs(name):
            yield f"{name}.{output}", {**record, "output": output}


class _Configurator:
    """Configures items one after the other, and remembers the outputs for those that read them."""

    def __init__(self, workflow: Workflow) -> None:
        toolchain = workflow.toolchain
        self._globals = workflow.data["globals"]
        self._algorithms = workflow.algorithms
        self._algorithm_hashes: dict[str, str] = {}
        self._channels = {
            name: declaration["synchronized_channel"]
            for name, declaration in (toolchain.blocks | toolchain.loops | toolchain.analyzers).items()
        }
        self._incoming = {connection["to"]: connection for connection in toolchain.connections}
        self._leaving = {connection["from"]: connection["channel"] for connection in toolchain.connections}
        self._sources = dict(_dataset_records(workflow))

    def item(self, item: Item) -> dict[str, Any]:
        """Give the configuration of an item whose dependencies have been configured."""
        configuration, *evaluator = [self._part(item, part) for part in item.parts]
        if evaluator:
            [configuration["loop"]] = evaluator
        configuration["nb_slots"] = item.declaration.get("nb_slots", 1)
        return configuration

    def _part(self, item: Item, part: Part) -> dict[str, Any]:
        environment = self._setting(item, "environment", part.environment)
        inputs = {name: self._input(item, port) for name, port in part.inputs.items()}
        configuration: dict[str, Any] = {
            "inputs": inputs,
            "channel": self._channels[item.name],
            "algorithm": part.algorithm,
            "parameters": {**self._globals.get(part.algorithm, {}), **part.parameters},
            "queue": self._setting(item, "queue", item.declaration.get("queue")),
            "environment": dict(environment),
        }
        identity = (
            item.name,
            part.algorithm,
            self._algorithm_hash(part.algorithm),
            configuration["parameters"],
            configuration["environment"],
            {name: record["hash"] for name, record in inputs.items()},
        )
        if item.section.has_outputs:
            configuration["outputs"] = {
                name: self._output(item, port, hashBlockOutput(*identity, name)) for name, port in part.outputs.items()
            }
        else:
            digest = hashAnalyzer(*identity)
            configuration["result"] = {"hash": digest, "path": toPath(digest, "")}
        return configuration

    def _input(self, item: Item, port: str) -> dict[str, str]:
        connection = self._incoming[f"{item.name}.{port}"]
        return {**self._sources[connection["from"]], "channel": connection["channel"], "endpoint": port}

    def _output(self, item: Item, port: str, digest: str) -> dict[str, str]:
        endpoint = f"{item.name}.{port}"
        address = {"hash": digest, "path": toPath(digest, "")}
        self._sources[endpoint] = address
        return {**address, "channel": self._leaving[endpoint], "endpoint": port}

    def _setting(self, item: Item, key: str, own: Any) -> Any:
        if own is not None:
            return own
        if key not in self._globals:
            raise KeyError(f"{item.path} has no {key} of its own, and there is no /globals/{key}")
        return self._globals[key]

    def _algorithm_hash(self, name: str) -> str:
        if name not in self._algorithm_hashes:
            self._algorithm_hashes[name] = self._algorithms[name].hash()
        return self._algorithm_hashes[name]
