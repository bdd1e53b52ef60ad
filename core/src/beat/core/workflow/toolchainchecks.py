"""What a toolchain must obey beyond its schema: each rule is a function that gives the problems it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError

from beat.backend.python.problems import Problem, json_path

from .order import execution_order, item_dependencies
from .outline import Outline
from .wording import Speller, listing


def check(outline: Outline) -> list[Problem]:
    """Find what is wrong in the declaration of a toolchain that its schema accepts."""
    problems = [
        *_names(outline),
        *_item_channels(outline),
        *_shared_inputs(outline),
        *_connections(outline),
        *_unconnected_inputs(outline),
        *_drawing(outline),
    ]
    # Where names are ambiguous or ends unknown, a cycle may be there in appearance only.
    return problems or list(_cycles(outline))


def _label(position: int, connection: Mapping[str, str]) -> str:
    return f"/connections/{connection['from']}->{connection['to']}[#{position}]"


def _names(outline: Outline) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for section in ("datasets", "blocks", "loops", "analyzers"):
        for position, declaration in enumerate(outline.data.get(section, ())):
            name = declaration["name"]
            if name in first:
                text = f"/{section}/[#{position}]/name: duplicated name '{name}', first occurrence at '{first[name]}'"
                yield Problem(text, path=f"/{section}/{position}/name", kind="name", hint="give it another name")
            else:
                first[name] = f"/{section}/{name}[#{position}]"


def _wrong_channel(place: str, path: str, channel: str, hint: str) -> Problem:
    text = f"{place}: invalid synchronization channel '{channel}'"
    return Problem(text, path=path, kind="reference", hint=hint or "a channel is the name of a dataset")


def _item_channels(outline: Outline) -> Iterator[Problem]:
    speller = Speller()
    for item in outline.items:
        channel = item.declaration["synchronized_channel"]
        if channel not in outline.datasets:
            _, section, position = item.path.split("/")
            place = f"/{section}/{item.name}[#{position}]/synchronized_channel"
            hint = speller(channel, outline.datasets)
            yield _wrong_channel(place, f"{item.path}/synchronized_channel", channel, hint)


def _shared_inputs(outline: Outline) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for position, connection in enumerate(outline.connections):
        earlier = first.setdefault(connection["to"], position)
        if earlier != position:
            text = f"{_label(position, connection)}/: ending on the same input as "
            text += f"{_label(earlier, outline.connections[earlier])} is unsupported"
            yield Problem(text, path=f"/connections/{position}/to", kind="value", hint="remove one of the connections")


def _connections(outline: Outline) -> Iterator[Problem]:
    channels, outputs, inputs = outline.datasets, outline.outputs, outline.inputs
    speller = Speller()
    for position, connection in enumerate(outline.connections):
        source, target, channel = connection["from"], connection["to"], connection["channel"]
        if source in outputs and target in inputs and channel in channels:
            continue
        label, path = _label(position, connection), f"/connections/{position}"
        if source not in outputs:
            text = f"{label}/: invalid output endpoint '{source}'"
            yield Problem(text, path=f"{path}/from", kind="reference", hint=speller(source, outputs))
        if target not in inputs:
            text = f"{label}/: invalid input endpoint '{target}'"
            yield Problem(text, path=f"{path}/to", kind="reference", hint=speller(target, inputs))
        if channel not in channels:
            yield _wrong_channel(f"{label}/channel", f"{path}/channel", channel, speller(channel, channels))


def _unconnected_inputs(outline: Outline) -> Iterator[Problem]:
    missing = sorted(outline.inputs.keys() - {connection["to"] for connection in outline.connections})
    if missing:
        text = f"input(s) `{listing(missing)}' remain unconnected"
        yield Problem(text, path="/connections", kind="missing", hint="add a connection to each")


def _drawing(outline: Outline) -> Iterator[Problem]:
    drawn = outline.data["representation"]
    connections = {f"{connection['from']}/{connection['to']}": None for connection in outline.connections}
    nodes = dict.fromkeys([*outline.datasets, *(item.name for item in outline.items)])
    rules = (
        ("connections", connections, "not listed on /connections"),
        ("blocks", nodes, "not listed on /datasets, /blocks, /loops or /analyzers"),
        ("channel_colors", outline.datasets, "not a dataset listed on /datasets"),
    )
    speller = Speller()
    for section, known, complaint in rules:
        for key in drawn[section]:
            if key not in known:
                text = f"/representation/{section}/{key}: {complaint}"
                path = json_path("representation", section, key)
                yield Problem(text, path=path, kind="reference", hint=speller(key, known))


def _cycles(outline: Outline) -> Iterator[Problem]:
    try:
        execution_order(item_dependencies(outline.data))
    except CycleError as error:
        text = f"/connections: the data goes round in a cycle: {' -> '.join(error.args[1])}"
        yield Problem(text, path="/connections", kind="recursion", hint="remove one of these connections")
