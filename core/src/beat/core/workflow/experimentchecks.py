"""What an experiment must obey beyond its schema.

Each rule is a function that gives the problems it finds. The rules here look at each thing that the experiment names:
it exists, it is valid, it takes what it is given. When all of them hold, `experimentfit` looks at the experiment as a
filling of its toolchain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from beat.backend.python.problems import Problem, json_path

from . import experimentfit
from .filled import Workflow
from .items import Item, Part
from .wording import Speller, listing

if TYPE_CHECKING:
    from ..algorithm import Algorithm


def check(workflow: Workflow, items: Sequence[Item]) -> list[Problem]:
    """Find what is wrong in an experiment that its schema accepts, and in its items."""
    problems = [*_datasets(workflow), *_items(workflow, items), *_globals(workflow), *_toolchain(workflow)]
    outline = workflow.toolchain.outline
    # An invalid toolchain, which may have no outline, is one of the problems.
    return problems if problems or outline is None else experimentfit.check(workflow, outline, items)


def reasons(errors: Sequence[str]) -> str:
    """Write the errors of another object below a message about it."""
    return "".join(f"\n  * {error}" for error in errors)


def _datasets(workflow: Workflow) -> Iterator[Problem]:
    reported: set[str] = set()
    speller = Speller()
    for name, dataset in workflow.data["datasets"].items():
        database, protocol, set_name = dataset["database"], dataset["protocol"], dataset["set"]
        place = f"/datasets/{name}"
        if not workflow.databases[database].valid:
            if database not in reported:
                reported.add(database)
                causes = workflow.databases[database].problems
                text = f"{place}: database `{database}' is invalid{reasons(causes)}"
                yield Problem(text, path=f"{place}/database", kind="reference", causes=causes)
        elif protocol not in workflow.protocols(database):
            known = workflow.protocols(database)
            text = f"{place}: cannot find protocol `{protocol}' on database `{database}'"
            text += f" - valid protocols are {listing(known)}"
            yield Problem(text, path=f"{place}/protocol", kind="reference", hint=speller(protocol, known))
        elif set_name not in workflow.sets(database, protocol):
            known = workflow.sets(database, protocol)
            text = f"{place}: cannot find set `{set_name}' on protocol `{protocol}' from database `{database}'"
            text += f" - valid set names are {listing(known)}"
            yield Problem(text, path=f"{place}/set", kind="reference", hint=speller(set_name, known))


def _items(workflow: Workflow, items: Sequence[Item]) -> Iterator[Problem]:
    reported: set[str] = set()
    speller = Speller()
    for item in items:
        for part in item.parts:
            algorithm = workflow.algorithm(part)
            if algorithm.valid:
                if not part.inputs.keys() <= algorithm.input_map.keys():
                    yield from _ports(part, "input", part.inputs, algorithm.input_map, speller)
                if not part.outputs.keys() <= algorithm.output_map.keys():
                    yield from _ports(part, "output", part.outputs, algorithm.output_map, speller)
                if part.parameters:
                    place = part.path("parameters")
                    yield from _parameters(place, place, part.algorithm, algorithm, part.parameters, speller)
            elif part.algorithm not in reported:
                reported.add(part.algorithm)
                text = f"{item.path}: algorithm `{part.algorithm}' is invalid:{reasons(algorithm.errors)}"
                yield Problem(text, path=part.path("algorithm"), kind="reference", causes=algorithm.problems)
        if item.declaration.get("nb_slots", 1) > 1:
            yield from _slots(item, workflow)


def _ports(
    part: Part, direction: str, ports: Mapping[str, str], known: Mapping[str, str], speller: Speller
) -> Iterator[Problem]:
    section = part.path(direction + "s")
    for name, port in ports.items():
        if name not in known:
            text = f"{section}/{port}: algorithm `{part.algorithm}' does not have an {direction} named `{name}'"
            text += f" - valid algorithm {direction}s are {listing(known)}"
            yield Problem(text, path=f"{section}/{name}", kind="reference", hint=speller(name, known))


def _parameters(
    section: str, shown: str, name: str, algorithm: Algorithm, parameters: Mapping[str, Any], speller: Speller
) -> Iterator[Problem]:
    """Check the parameters of an algorithm at a JSON path, which texts show without its escapes."""
    known = algorithm.parameters or {}
    for parameter, value in parameters.items():
        path, place = f"{section}/{parameter}", f"{shown}/{parameter}"
        if parameter not in known:
            text = f"{place}: algorithm `{name}' has no parameter named `{parameter}'"
            text += f" - valid parameters are {listing(known)}" if known else ": it takes no parameters"
            yield Problem(text, path=path, kind="reference", hint=speller(parameter, known))
            continue
        try:
            algorithm.clean_parameter(parameter, value)
        except ValueError as error:
            text = f"{place}: cannot convert value `{value}' to required type: {error}"
            yield Problem(text, path=path, kind="value")


def _slots(item: Item, workflow: Workflow) -> Iterator[Problem]:
    # It is the last part that decides: of a loop, the evaluator, which cannot be split unless it is no evaluator.
    name = item.parts[-1].algorithm
    algorithm = workflow.algorithms[name]
    if algorithm.valid and not algorithm.splittable:
        slots = item.declaration["nb_slots"]
        path = f"{item.path}/nb_slots"
        text = f"{path}: you have set the number of slots for algorithm `{name}' to {slots}, but it is not splittable"
        yield Problem(text, path=path, kind="value", hint="use one slot")


def _globals(workflow: Workflow) -> Iterator[Problem]:
    speller = Speller()
    for name, parameters in workflow.data["globals"].items():
        if name in ("queue", "environment"):
            continue
        path, place = json_path("globals", name), f"/globals/{name}"
        if name not in workflow.algorithms:
            text = f"{place}: found parameter section for algorithm `{name}'"
            text += " which is not used anywhere in the experiment"
            yield Problem(text, path=path, kind="reference", hint=speller(name, workflow.algorithms))
        elif workflow.algorithms[name].valid:
            yield from _parameters(path, place, name, workflow.algorithms[name], parameters, speller)


def _toolchain(workflow: Workflow) -> Iterator[Problem]:
    toolchain = workflow.toolchain
    if not toolchain.valid:
        subject = f"toolchain `{toolchain.name}'" if toolchain.storage else "toolchain data"
        text = f"{subject} is not valid, because:{reasons(toolchain.errors)}"
        yield Problem(text, kind="reference", causes=toolchain.problems)
