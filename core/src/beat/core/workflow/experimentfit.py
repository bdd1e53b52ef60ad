"""Whether an experiment fits its toolchain: names, numbers of inputs, data types, synchronization.

The rules are steps, and each relies on those before it: an experiment that fails one is not led through the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from beat.backend.python.problems import Problem

from .filled import Workflow
from .items import ANALYZERS, BLOCKS, LOOPS, SECTIONS, Item, Part, Section
from .outline import Outline
from .wording import Speller, listing


def check(workflow: Workflow, outline: Outline, items: Sequence[Item]) -> list[Problem]:
    """Find what is wrong between a toolchain and an experiment that are right on their own.

    Parameters
    ----------
    workflow
        Both of them, and what the experiment refers to.
    outline
        What stands where in the toolchain.
    items
        The items of the experiment.
    """
    blocks, loops, analyzers = ([item for item in items if item.section is each] for each in SECTIONS)
    steps = (
        _datasets(workflow, outline),
        _items(outline, BLOCKS, blocks),
        _items(outline, LOOPS, loops),
        _items(outline, ANALYZERS, analyzers),
        _types(workflow, outline, items),
        _synchronization(workflow, outline, blocks),
        _synchronization(workflow, outline, loops),
        _loop_channels(workflow, loops),
    )
    return next((problems for problems in map(list, steps) if problems), [])


# -- names and numbers -------------------------------------------------------------------------------------------------


def _names(section: str, noun: str, wanted: Collection[str], found: Collection[str]) -> list[Problem]:
    if set(wanted) == set(found):
        return []
    missing, unknown = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
    text = f"mismatch between the toolchain {noun} names ({listing(sorted(wanted))})"
    text += f" and the experiment's ({listing(sorted(found))})"
    hints = [f"{verb} {listing(names)}" for verb, names in (("add", missing), ("rename or remove", unknown)) if names]
    return [Problem(text, path=f"/{section}", kind="name", hint=", ".join(hints))]


def _datasets(workflow: Workflow, outline: Outline) -> Iterator[Problem]:
    declared = outline.datasets
    datasets = workflow.data["datasets"]
    mismatch = _names("datasets", "dataset", declared, datasets)
    if mismatch:
        yield from mismatch
        return
    for name, dataset in datasets.items():
        wanted, available = declared[name]["outputs"], workflow.dataset_outputs(name)
        if not available.keys() >= set(wanted):
            text = f"/datasets/{name}: toolchain endpoints ({listing(sorted(wanted))}) must be a subset of what is "
            text += f"available on database `{dataset['database']}', protocol `{dataset['protocol']}', "
            text += f"set `{dataset['set']}' outputs ({listing(sorted(available))})"
            yield Problem(text, path=f"/datasets/{name}", kind="reference", hint="take another set or toolchain")


def _items(outline: Outline, section: Section, filled: Sequence[Item]) -> Iterator[Problem]:
    declared = outline.sections[section.key]
    mismatch = _names(section.key, section.noun, declared, [item.name for item in filled])
    if mismatch:
        yield from mismatch
        return
    speller = Speller()
    for item in filled:
        for part, frame in zip(item.parts, declared[item.name].parts, strict=True):
            if _fills(part.inputs, frame.inputs) and _fills(part.outputs, frame.outputs):
                continue
            if len(part.inputs) != len(frame.inputs):
                text = f"{item.path}: toolchain {section.noun} has {len(frame.inputs)} {part.prefix}inputs"
                text += f" while the experiment has {len(part.inputs)}"
                yield Problem(text, path=part.path("inputs"), kind="name")
            else:
                yield from _ports(part, "inputs", part.inputs, frame.inputs, speller)
            yield from _ports(part, "outputs", part.outputs, frame.outputs, speller)


def _fills(ports: Mapping[str, str], known: Collection[str]) -> bool:
    """Tell whether an algorithm's ports stand for all known names, one for each: then there is nothing to tell."""
    return len(ports) == len(known) and set(ports.values()) == set(known)


def _ports(
    part: Part, key: str, ports: Mapping[str, str], known: Collection[str], speller: Speller
) -> Iterator[Problem]:
    """Check that the names which the experiment gives to ports of an algorithm are the toolchain's, each used once."""
    path = part.path(key)
    free = set(known)
    users: dict[str, str] = {}
    for name, port in ports.items():
        if port in users:
            text = f"{path}/{name}: `{port}' of the toolchain stands for `{users[port]}' already"
            yield Problem(text, path=f"{path}/{name}", kind="name", hint=f"left are {listing(sorted(free))}")
        elif port not in free:
            text = f"{path}/{name}: the toolchain has no `{port}' here - valid names are {listing(known)}"
            yield Problem(text, path=f"{path}/{name}", kind="reference", hint=speller(port, known))
        else:
            users[port] = name
            free.remove(port)


# -- data types --------------------------------------------------------------------------------------------------------


def _types(workflow: Workflow, outline: Outline, items: Sequence[Item]) -> Iterator[Problem]:
    sources, targets = workflow.sources(items), workflow.targets(items)
    known: dict[tuple[str, str], bool] = {}
    for position, connection in enumerate(outline.connections):
        start, end = connection["from"], connection["to"]
        # The inputs are complete after the steps before; an output may have been left out.
        source, target = sources.get(start), targets[end]
        if source is None:
            text = f"{_connection(outline, start, end)} - no output of the algorithm is given to the start point"
            yield Problem(text, path=f"/connections/{position}", kind="missing", file=workflow.toolchain.file)
            continue
        pair = source.format, target.format
        if pair not in known:
            known[pair] = target.takes(source)
        if not known[pair]:
            text = f"{_connection(outline, start, end)} - start point uses `{source.format}' while end point uses "
            text += f"`{target.format}' (must be equal or a parent format)"
            yield Problem(text, path=f"/connections/{position}", kind="type", file=workflow.toolchain.file)


def _connection(outline: Outline, start: str, end: str) -> str:
    nouns = dict.fromkeys(outline.datasets, "dataset") | {item.name: item.section.noun for item in outline.items}
    start_noun, end_noun = (nouns[endpoint.split(".")[0]] for endpoint in (start, end))
    return f"mismatch in data type at connection ({start_noun}) {start} -> ({end_noun}) {end}"


# -- synchronization ---------------------------------------------------------------------------------------------------


def _grouped(groups: tuple[Mapping[str, Any], ...]) -> tuple[int, int]:
    """Count the inputs and outputs of the groups that share a channel, one of each part."""
    return sum([len(group["inputs"]) for group in groups]), sum([len(group.get("outputs") or ()) for group in groups])


def _synchronization(workflow: Workflow, outline: Outline, items: Sequence[Item]) -> Iterator[Problem]:
    known: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for item in items:
        names = tuple([part.algorithm for part in item.parts])
        if names not in known:
            groups = zip_longest(*(workflow.algorithms[name].groups for name in names), fillvalue={"inputs": ()})
            known[names] = sorted([_grouped(together) for together in groups])
        wanted, found = known[names], outline.synchronized[item.name]
        if wanted != found:
            algorithms = " and loop ".join(f"algorithm `{name}'" for name in names)
            text = f"synchronization mismatch in input/output grouping between {item.section.noun} `{item.name}'"
            text += f"{', ' if len(names) > 1 else ' and '}{algorithms}"
            hint = f"(inputs, outputs) are {found} on the channels of the toolchain, {wanted} in the groups"
            yield Problem(text, path=item.path, kind="synchronization", hint=hint)


def _loop_channels(workflow: Workflow, loops: Sequence[Item]) -> Iterator[Problem]:
    for item in loops:
        processor, evaluator = item.parts
        channels = [workflow.algorithm(part).loop_map for part in item.parts]
        without = [part for part, channel in zip(item.parts, channels, strict=True) if not channel]
        for part in without:
            path = part.path("algorithm")
            text = f"{path}: algorithm `{part.algorithm}' has no loop channel and cannot be part of a loop"
            yield Problem(text, path=path, kind="type", hint="take one with a `loop' section in its first group")
        for direction in () if without else ("request", "answer"):
            if channels[0][direction] != channels[1][direction]:
                text = f"{direction} loop channel type incompatible between"
                text += f" {processor.algorithm} and {evaluator.algorithm}"
                hint = f"the types are {channels[0][direction]} and {channels[1][direction]}"
                yield Problem(text, path=item.path, kind="type", hint=hint)
