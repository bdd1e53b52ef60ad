"""Any JSON value ends in errors or is valid, and the fast validator says yes exactly where the slow one does."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from beat.backend.python.problems import Problem
from beat.core import prototypes, schema
from beat.core.schema import accept, explain, files

NAMES = [
    "algorithm",
    "database",
    "dataformat",
    "execution",
    "experiment",
    "library",
    "plotter",
    "plotterparameter",
    "protocoltemplate",
    "statistics",
    "toolchain",
]
KEYS = ["#description", "a", "b-c", "1", "x\n", "inputs", "outputs", "type", "name", "language", "groups", "é", ""]
TEXTS = ["int8", "me/num/1", "plot/a/1", "python", "me/num/1\n", "ab", "a.b", "/a", "\U0001f600" * 100, "\ud800"]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([1.0, 1e300, 10**400, -0.0])
    | st.text(max_size=8)
    | st.sampled_from(TEXTS)
)
keys = st.sampled_from(KEYS) | st.text(max_size=4)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


@st.composite
def nearly_valid(draw: st.DrawFn, name: str) -> Any:
    """A valid declaration with some changes: values replaced, keys dropped, added and repeated in lists."""
    data = copy.deepcopy(draw(st.sampled_from(VALID[name])))
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(places(data) or [()]))
        if not path:
            data[draw(keys)] = draw(json_values)
            continue
        parent = data
        for key in path[:-1]:
            parent = parent[key]
        change = draw(st.sampled_from(["replace", "drop", "add", "repeat"]))
        if change == "replace":
            parent[path[-1]] = draw(json_values)
        elif change == "drop":
            del parent[path[-1]]
        elif isinstance(parent, dict):
            parent[draw(keys)] = draw(json_values)
        else:
            parent.append(copy.deepcopy(parent[0]) if change == "repeat" else draw(json_values))
    return data


def _valid() -> dict[str, list[Any]]:
    digest, path = "0" * 64, f"00/00/00/{'0' * 58}"
    group = {"inputs": {"x": {"type": "me/num/1"}}, "outputs": {"y": {"type": "me/num/1", "description": "d"}}}
    entry = {"path": path, "hash": digest, "channel": "c", "endpoint": "e"}
    valid = {name: [prototypes.load(name)[0]] for name in NAMES if name not in ("execution", "experiment")}
    valid["dataformat"].append({"a": "int8", "v": [0, 3, {"x": "bool"}], "r": "me/num/1", "#extends": "a/b/1"})
    valid["algorithm"] += [
        {"language": "python", "splittable": True, "groups": [group], "parameters": {"k": {"type": "int8"}}},
        {"language": "r", "groups": [{"inputs": group["inputs"]}], "results": {"r": {"type": "plot/a/1"}}},
        {
            "schema_version": 3,
            "api_version": 2,
            "type": "sequential_loop_evaluator",
            "language": "python",
            "groups": [{**group, "loop": {"request": {"type": "me/num/1"}, "answer": {"type": "me/num/1"}}}],
        },
    ]
    valid["database"].append(
        {
            "root_folder": "/a",
            "protocols": [
                {"name": "p", "template": "t", "sets": [{"name": "s", "view": "V", "outputs": {"o": "a/b/1"}}]}
            ],
        }
    )
    valid["toolchain"].append(
        {
            "datasets": [{"name": "d", "outputs": ["o"]}],
            "blocks": [{"name": "b", "synchronized_channel": "d", "inputs": ["i"], "outputs": ["o"]}],
            "analyzers": [{"name": "a", "synchronized_channel": "d", "inputs": ["i"]}],
            "connections": [{"from": "d.o", "to": "b.i", "channel": "d"}],
            "representation": {
                "connections": {"d.o/b.i": [{"col": 1, "row": 1}]},
                "blocks": {"b": {"col": 1, "row": 1, "width": 1, "height": 1}},
                "channel_colors": {"d": "#00ff00"},
            },
        }
    )
    valid["execution"] = [
        {
            "inputs": {"i": entry},
            "outputs": {"o": entry},
            "channel": "c",
            "algorithm": "a/b/1",
            "parameters": {"k": 1},
            "queue": "q",
            "environment": {"name": "n", "version": "1"},
            "nb_slots": 1,
            "range": [None, 1.0],
        }
    ]
    valid["experiment"] = [
        {
            "datasets": {"d": {"database": "data/1", "protocol": "p", "set": "s"}},
            "blocks": {"b": {"algorithm": "a/b/1", "inputs": {"i": "i"}, "outputs": {"o": "o"}, "nb_slots": 2}},
            "analyzers": {"a": {"algorithm": "a/b/2", "inputs": {"i": "i"}}},
            "globals": {"queue": "q", "a/b/1": {"k": 1.5}},
        }
    ]
    return valid


VALID = _valid()


@pytest.mark.parametrize("name", NAMES)
def test_the_starting_points_are_valid(name: str) -> None:
    assert [schema.validate(name, data)[1] for data in VALID[name]] == [[]] * len(VALID[name])


def both_agree(name: str, data: Any) -> None:
    for version in files.versions(name):
        slow = not explain.explain(name, version, data)
        fast = accept.accepts(name, version, data)
        # The fast one may leave a decision to the slow one, never the other way round ...
        assert not fast or slow
        # ... and does so for texts that end with a line feed or are no Unicode only.
        text = json.dumps(data)
        if "\\n" not in text and "\\ud8" not in text:
            assert fast == slow


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_fast_and_slow_agree_on_declarations_with_mistakes(name: str, data: st.DataObject) -> None:
    both_agree(name, data.draw(nearly_valid(name)))


@pytest.mark.parametrize("name", NAMES)
@given(data=st.dictionaries(keys, json_values, max_size=5))
@example(data={"v": [1.0, "int8"]})
@example(data={"v": True, "schema_version": float("nan")})
@example(data={"v": True, "schema_version": float("inf")})
def test_fast_and_slow_agree_on_any_object(name: str, data: Any) -> None:
    both_agree(name, data)


@pytest.mark.parametrize("name", NAMES)
@given(data=json_values.filter(lambda value: not isinstance(value, str)))
def test_any_value_is_valid_or_has_errors(name: str, data: Any) -> None:
    loaded, errors = schema.validate(name, data)
    assert loaded is data
    assert all(isinstance(error, Problem) and error.path.startswith("/") for error in errors)


@pytest.mark.parametrize("name", ["algorithm", "dataformat", "toolchain"])
@given(text=st.text() | st.binary() | json_values.map(json.dumps))
def test_any_text_is_valid_or_has_errors(name: str, text: str | bytes) -> None:
    _, errors = schema.validate(name, text)
    assert all(isinstance(error, Problem) for error in errors)
