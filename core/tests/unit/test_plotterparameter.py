"""Parameter sets for plotters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from beat.core.plotter import Plotter
from beat.core.plotterparameter import Plotterparameter, Storage

PLOTTER = {
    "language": "python",
    "dataformat": "plot/line/1",
    "parameters": {"width": {"type": "uint8", "default": 3, "range": [1, 9]}, "ink": {"type": "string"}},
}


@pytest.fixture
def prefix(tmp_path: Path) -> str:
    files = {
        "dataformats/plot/line/1.json": json.dumps({"x": "int32"}),
        "plotters/me/draw/1.json": json.dumps(PLOTTER),
        "plotters/me/draw/1.py": "class Plotter: pass",
        "plotterparameters/me/wide/1.json": json.dumps({"plotter": "me/draw/1", "data": {"width": 9}}),
    }
    for name, content in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return str(tmp_path)


def declared(**values: Any) -> dict[str, Any]:
    return {"plotter": "me/draw/1", "data": values}


def test_loading(prefix: str) -> None:
    cache: dict[str, Plotter] = {}
    made = Plotterparameter(prefix, "me/wide/1", cache)
    assert made.errors == []
    assert (made.name, made.schema_version, made.description) == ("me/wide/1", 1, None)
    assert made.plotter is cache["me/draw/1"]
    assert Plotterparameter(prefix, declared(), cache).plotter is made.plotter
    assert Storage(prefix, "me/wide/1").json.exists()


def test_a_new_one_refers_to_a_plotter_that_is_not_there(prefix: str) -> None:
    made = Plotterparameter(prefix, None)
    assert made.errors == ["Plotter declaration file not found: plot/unknown/1"]
    assert made.name == "__unnamed_plotterparameter__"


def test_a_plotter_that_is_given_is_used_as_it_is(prefix: str) -> None:
    given = Plotter(prefix, PLOTTER)
    made = Plotterparameter(prefix, ({"plotter": "me/absent/1", "data": {"width": 2}}, given))
    assert (made.errors, made.plotter) == ([], given)
    named = Plotterparameter(prefix, ("me/wide/1", given))
    assert (named.errors, named.plotter, named.name) == ([], given, "me/wide/1")
    by_name = Plotterparameter(prefix, ({"plotter": "me/absent/1", "data": {"width": 2}}, "me/draw/1"))
    assert by_name.errors == []
    assert by_name.plotter is not None
    assert by_name.plotter.name == "me/draw/1"
    assert Plotterparameter(prefix, (declared(), "nonsense")).errors[0].startswith("invalid plotter name")
    with pytest.raises(ValueError):
        Plotterparameter(prefix, (declared(), given, given))


@pytest.mark.parametrize(
    ("values", "text", "hint"),
    [
        ({"widht": 3}, "'widht' isn't a parameter for plotter me/draw/1", "did you mean `width'?"),
        (
            {"width": 10},
            "'10' is invalid for parameter width of plotter me/draw/1",
            "not within parameter range [1, 9]",
        ),
        ({"width": "x", "other": 1}, "'x' is invalid for parameter width of plotter me/draw/1", "cannot be cast"),
    ],
)
def test_the_first_bad_value_is_reported(prefix: str, values: dict[str, Any], text: str, hint: str) -> None:
    made = Plotterparameter(prefix, declared(**values))
    assert made.errors == [text]
    problem: Any = made.errors[0]
    assert problem.path == f"/data/{next(iter(values))}"
    assert hint in problem.hint


def test_invalid_plotters_stay_out_of_the_cache(prefix: str) -> None:
    cache: dict[str, Plotter] = {}
    made = Plotterparameter(prefix, {"plotter": "me/absent/1", "data": {}}, cache)
    assert made.errors == ["Plotter declaration file not found: me/absent/1"]
    assert cache == {}


def test_declarations_that_cannot_be_read(prefix: str) -> None:
    assert Plotterparameter(prefix, "me/absent/1").errors == [
        "Plotterparameter declaration file not found: me/absent/1"
    ]
    for data in ({}, {"plotter": "me/draw/1", "data": 5}, 7):
        made = Plotterparameter(prefix, data)
        assert made.errors
        assert made.plotter is None
    with pytest.raises(RuntimeError):
        Plotterparameter(prefix, "wide/1")


def test_writing(prefix: str) -> None:
    made = Plotterparameter(prefix, declared(width=4))
    with pytest.raises(RuntimeError):
        made.write()
    made.name = "me/four/1"
    made.write()
    assert Plotterparameter(prefix, "me/four/1").data == declared(width=4)
    assert len(made.hash()) == 64
