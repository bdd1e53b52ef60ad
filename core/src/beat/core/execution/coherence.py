"""Whether a block configuration fits the algorithms that it names."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any

from beat.backend.python.problems import Problem, suggest

from .. import schema

_LOOP_KEYS = frozenset({"inputs", "outputs", "channel", "algorithm", "parameters", "queue", "environment"})


def block_problems(data: Mapping[str, Any], algorithm: Any) -> list[str]:
    """Compare the inputs and outputs of a block with those of its algorithm."""
    problems = _counts(data, algorithm, "algorithm") + _names(data, algorithm, "algorithm", "")
    if "loop" in data:
        problems += _channels(algorithm)
    return problems


def loop_problems(section: Mapping[str, Any], algorithm: Any) -> list[str]:
    """Compare the inputs and outputs of a loop evaluator with those of its algorithm."""
    return _counts(section, algorithm, "loop algorithm") + _names(section, algorithm, "loop algorithm", "/loop")


def loop_section_problems(data: Mapping[str, Any]) -> list[str]:
    """Check the form of the ``loop`` section, which the schema of blocks leaves open.

    It follows the rules of a block without `nb_slots`, those of digests and paths in particular: no path of it leads
    out of the cache.
    """
    section = data.get("loop")
    if section is None:
        return []
    if not isinstance(section, Mapping):
        return [Problem("/loop: must be an object", path="/loop", kind="schema")]
    extra = sorted(set(section) - _LOOP_KEYS)
    problems: list[str] = [
        Problem(f"/loop: `{key}' is not a key of a loop", path="/loop", kind="schema", hint=suggest(key, _LOOP_KEYS))
        for key in extra
    ]
    as_block = {**{key: value for key, value in section.items() if key in _LOOP_KEYS}, "nb_slots": 1}
    _, errors = schema.validate("execution", copy.deepcopy(as_block))
    return problems + [_below_loop(error) for error in errors]


def _below_loop(error: str) -> Problem:
    """Move the place of a problem of the section to where the section stands."""
    path = getattr(error, "path", "")
    text = re.sub(r"^/", "/loop/", error) if error.startswith("/") else f"/loop: {error}"
    return Problem(text, path=f"/loop{path}".rstrip("/"), kind="schema", hint=getattr(error, "hint", ""))


def _counts(data: Mapping[str, Any], algorithm: Any, whose: str) -> list[str]:
    problems: list[str] = []
    if len(data["inputs"]) != len(algorithm.input_map):
        problems.append(_mismatch("inputs", data["inputs"], algorithm.input_map, whose))
    if "outputs" in data and len(data["outputs"]) != len(algorithm.output_map):
        problems.append(_mismatch("outputs", data["outputs"], algorithm.output_map, whose))
    return problems


def _mismatch(what: str, given: Iterable[str], known: Iterable[str], whose: str) -> Problem:
    hint = f"given: {', '.join(sorted(given))}; the {whose} has: {', '.join(sorted(known))}"
    return Problem(f"The number of {what} of the {whose} doesn't correspond", path=f"/{what}", kind="value", hint=hint)


def _names(data: Mapping[str, Any], algorithm: Any, whose: str, place: str) -> list[str]:
    problems: list[str] = []
    for what, known in (("input", algorithm.input_map), ("output", algorithm.output_map)):
        for name in data.get(f"{what}s", {}):
            if name not in known:
                text = f"The {what} '{name}' doesn't exist in the {whose}"
                path = f"{place}/{what}s/{name}"
                problems.append(Problem(text, path=path, kind="reference", hint=suggest(name, known)))
    return problems


def _channels(algorithm: Any) -> list[str]:
    return [
        Problem(f"The loop '{name}' doesn't exist in the algorithm", path="/loop", kind="reference")
        for name in ("request", "answer")
        if name not in algorithm.loop_map
    ]
