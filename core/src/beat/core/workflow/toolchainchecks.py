"""What a toolchain must obey beyond its schema: each rule is a function that gives the problems it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError
from typing import Any

from beat.backend.python.problems import Problem

from .items import toolchain_items
from .order import execution_order, item_dependencies
from .wording import Speller, listing


def check(data: Mapping[str, Any]) -> list[Problem]:
    """Find what is wrong in the declaration of a toolchain that its schema accepts."""
    problems = [
        *_names(data),
        *_item_channels(data),
        *_shared_inputs(data),
        *_connections(data),
        *_unconnected_inputs(data),
        *_drawing(data),
    ]
    # Where names are ambiguous or ends unknown, a cycle may be there in appearance only.
    return problems or list(_cycles(data))


def _channels(data: Mapping[str, Any]) -> dict[str, None]:
    """Names of the synchronization channels: each dataset is one. A dictionary, to keep their order."""
    return dict.fromkeys(dataset["name"] for dataset in data["datasets"])


def _output_endpoints(data: Mapping[str, Any]) -> dict[str, None]:
    sources = [(dataset["name"], dataset["outputs"]) for dataset in data["datasets"]]
    sources += [(item.name, part.outputs) for item in toolchain_items(data) for part in item.parts]
    return dict.fromkeys(f"{name}.{output}" for name, outputs in sources for output in outputs)


def _input_endpoints(data: Mapping[str, Any]) -> dict[str, None]:
    return dict.fromkeys(
        f"{item.name}.{name}" for item in toolchain_items(data) for part in item.parts for name in part.inputs
    )


def _label(position: int, connection: Mapping[str, str]) -> str:
    return f"/connections/{connection['from']}->{connection['to']}[#{position}]"


def _names(data: Mapping[str, Any]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for section in ("datasets", "blocks", "loops", "analyzers"):
        for position, declaration in enumerate(data.get(section, ())):
            name = declaration["name"]
            if name in first:
                text = f"/{section}/[#{position}]/name: duplicated name '{name}', first occurrence at '{first[name]}'"
                yield Problem(text, path=f"/{section}/{position}/name", kind="name", hint="give it another name")
            else:
                first[name] = f"/{section}/{name}[#{position}]"


def _wrong_channel(place: str, path: str, channel: str, hint: str) -> Problem:
    text = f"{place}: invalid synchronization channel '{channel}'"
    return Problem(text, path=path, kind="reference", hint=hint or "a channel is the name of a dataset")


def _item_channels(data: Mapping[str, Any]) -> Iterator[Problem]:
    channels = _channels(data)
    speller = Speller()
    for item in toolchain_items(data):
        channel = item.declaration["synchronized_channel"]
        if channel not in channels:
            _, section, position = item.path.split("/")
            place = f"/{section}/{item.name}[#{position}]/synchronized_channel"
            yield _wrong_channel(place, f"{item.path}/synchronized_channel", channel, speller(channel, channels))


def _shared_inputs(data: Mapping[str, Any]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for position, connection in enumerate(data["connections"]):
        label = _label(position, connection)
        earlier = first.setdefault(connection["to"], label)
        if earlier != label:
            text = f"{label}/: ending on the same input as {earlier} is unsupported"
            yield Problem(text, path=f"/connections/{position}/to", kind="value", hint="remove one of the connections")


def _connections(data: Mapping[str, Any]) -> Iterator[Problem]:
    channels, outputs, inputs = _channels(data), _output_endpoints(data), _input_endpoints(data)
    speller = Speller()
    for position, connection in enumerate(data["connections"]):
        label, path = _label(position, connection), f"/connections/{position}"
        source, target, channel = connection["from"], connection["to"], connection["channel"]
        if source not in outputs:
            text = f"{label}/: invalid output endpoint '{source}'"
            yield Problem(text, path=f"{path}/from", kind="reference", hint=speller(source, outputs))
        if target not in inputs:
            text = f"{label}/: invalid input endpoint '{target}'"
            yield Problem(text, path=f"{path}/to", kind="reference", hint=speller(target, inputs))
        if channel not in channels:
            yield _wrong_channel(f"{label}/channel", f"{path}/channel", channel, speller(channel, channels))


def _unconnected_inputs(data: Mapping[str, Any]) -> Iterator[Problem]:
    missing = sorted(_input_endpoints(data).keys() - {connection["to"] for connection in data["connections"]})
    if missing:
        text = f"input(s) `{listing(missing)}' remain unconnected"
        yield Problem(text, path="/connections", kind="missing", hint="add a connection to each")


def _drawing(data: Mapping[str, Any]) -> Iterator[Problem]:
    connections = {f"{connection['from']}/{connection['to']}": None for connection in data["connections"]}
    channels = _channels(data)
    nodes = channels | dict.fromkeys(item.name for item in toolchain_items(data))
    rules = (
        ("connections", connections, "not listed on /connections"),
        ("blocks", nodes, "not listed on /datasets, /blocks, /loops or /analyzers"),
        ("channel_colors", channels, "not a dataset listed on /datasets"),
    )
    speller = Speller()
    for section, known, complaint in rules:
        for key in data["representation"][section]:
            if key not in known:
                path = f"/representation/{section}/{key}"
                yield Problem(f"{path}: {complaint}", path=path, kind="reference", hint=speller(key, known))


def _cycles(data: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        execution_order(item_dependencies(data))
    except CycleError as error:
        text = f"/connections: the data goes round in a cycle: {' -> '.join(error.args[1])}"
        yield Problem(text, path="/connections", kind="recursion", hint="remove one of these connections")
