"""Each golden mistake is found where the reference says, or at a more precise place inside, and has a line there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.problems import path_parts
from beat.core import catalog
from beat.core.diagnosis import diagnose
from beat.core.loading import Loader

_ERRORS = json.loads((Path(__file__).parents[1] / "golden" / "expected" / "errors.json").read_text(encoding="utf-8"))
_PLACES = [
    (kind, name, place)
    for kind, folder in catalog.FOLDERS.items()
    for name, recorded in _ERRORS["invalid"][folder].items()
    if recorded["where"]
    for place in (recorded["where"], *recorded.get("more_places", ()))
]
_SINGULAR = {"analyzer": "analyzers", "block": "blocks", "loop": "loops", "connection": "connections"}


def _parts(place: str, declaration: dict[str, Any]) -> list[str]:
    """Read a place as the reference writes it: singular sections, items by name and number, keys with slashes."""
    head, *rest = [part for part in place.split("/") if part] or [""]
    head = _SINGULAR.get(head, head)
    if head == "globals" and len(rest) >= 3:
        rest = ["/".join(rest[:3]), *rest[3:]]
    if head == "representation" and len(rest) == 3:
        rest = [rest[0], "/".join(rest[1:])]
    if rest and (numbered := re.fullmatch(r"(.*)\[#(\d+|d)\]", rest[0])):
        number = numbered[2]
        if number == "d":  # a slip of the reference
            ends = [f"{each['from']}->{each['to']}" for each in declaration[head]]
            number = str(ends.index(numbered[1]))
        rest = [number, *rest[1:]]
    if head == "loops" and rest[1:] and rest[1] in ("inputs", "outputs", "parameters"):
        # The reference does not tell whether of the processor or the evaluator.
        rest = [rest[0], *(f"*_{rest[1]}", *rest[2:])]
    if head == "loops" and rest[-1:] == ["nb_slots"]:
        rest = [next(iter(declaration["loops"])), "nb_slots"]  # it puts the algorithm for the loop
    if head in ("blocks", "loops", "analyzers") and len(rest) == 3 and rest[1].endswith("puts"):
        # The reference names the port of the toolchain; the key is that of the algorithm.
        ports = [ports for key, ports in declaration[head][rest[0]].items() if key.endswith(rest[1].strip("*"))]
        rest[2] = next(key for each in ports for key, port in each.items() if port == rest[2])
    return [head, *rest] if head else []


def _is_inside(found: list[str], expected: list[str]) -> bool:
    def same(one: str, two: str) -> bool:
        return one == two or (two.startswith("*") and one.endswith(two[1:]))

    return len(found) >= len(expected) and all(map(same, found, expected))


@pytest.fixture(scope="module")
def load(golden_prefix: Path) -> Callable[[str, str], Any]:
    return Loader(golden_prefix)


@pytest.mark.parametrize(("kind", "name", "place"), _PLACES, ids=lambda value: value)
def test_the_place_is_that_of_the_reference_or_inside(
    kind: str, name: str, place: str, load: Callable[[str, str], Any], golden_prefix: Path
) -> None:
    asset = load(kind, name)
    expected = _parts(place, asset.data)
    found = [path_parts(problem.path) for problem in asset.problems if problem.path]
    assert [path for path in found if _is_inside(path, expected)], (expected, found)
    for finding in diagnose(golden_prefix, asset.problems):
        assert finding.file == Path(asset.file).relative_to(golden_prefix).as_posix()
        assert finding.line


@pytest.mark.parametrize("kind", catalog.FOLDERS)
def test_every_problem_says_its_kind_and_is_plain_data(
    kind: str, load: Callable[[str, str], Any], golden_prefix: Path
) -> None:
    for name in _ERRORS["invalid"][catalog.FOLDERS[kind]]:
        asset = load(kind, name)
        assert [str(problem) for problem in asset.problems] == asset.errors
        for finding in diagnose(golden_prefix, asset.problems):
            told = finding.as_dict()
            assert json.loads(json.dumps(told)) == told
            assert told["kind"]
            assert set(told) == {"path", "kind", "message", "hint", "file", "line", "column", "causes"}
            assert (told["line"] is None) == (told["column"] is None)
