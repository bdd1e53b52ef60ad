"""What is declared in the example prefix is valid, documented, and draws the same pictures each time."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from beat.core.dataformat import DataFormat
from beat.core.plotter import Plotter
from beat.core.plotterparameter import Plotterparameter

PREFIX = Path(__file__).parents[2] / "examples" / "prefix"
CLASSES = {
    "algorithms": "beat.core.algorithm:Algorithm",
    "databases": "beat.core.database:Database",
    "dataformats": "beat.core.dataformat:DataFormat",
    "experiments": "beat.core.experiment:Experiment",
    "libraries": "beat.core.library:Library",
    "plotterparameters": "beat.core.plotterparameter:Plotterparameter",
    "plotters": "beat.core.plotter:Plotter",
    "protocoltemplates": "beat.core.protocoltemplate:ProtocolTemplate",
    "toolchains": "beat.core.toolchain:Toolchain",
}
OBJECTS = sorted(
    str(file.relative_to(PREFIX).with_suffix("")) for folder in CLASSES for file in (PREFIX / folder).rglob("*.json")
)


def test_there_are_objects_of_all_kinds() -> None:
    assert {name.split("/")[0] for name in OBJECTS} == set(CLASSES)


@pytest.mark.parametrize("name", OBJECTS)
def test_object_is_valid_and_documented(name: str) -> None:
    folder, _, name = name.partition("/")
    module, _, class_name = CLASSES[folder].partition(":")
    declared = getattr(import_module(module), class_name)(str(PREFIX), name)
    assert declared.errors == []
    assert declared.description
    assert declared.documentation.strip()


RATES = np.linspace(1, 0, 50)
PLOTS = {
    "roc": {"false_match_rate": RATES**3, "true_match_rate": RATES, "area": 0.75},
    "det": {"false_match_rate": RATES, "false_non_match_rate": (1 - RATES) ** 2, "equal_error_rate": 0.38},
    "score-histogram": {
        "edges": np.linspace(-1, 1, 11),
        "genuine": np.arange(10, dtype="uint64"),
        "impostor": np.arange(10, dtype="uint64")[::-1],
        "threshold": 0.1,
    },
    "confusion-matrix": {"labels": ["a", "b", "c"], "counts": np.diag([0, 3, 5]).astype("uint64")},
}
PARAMETERS = [name.removeprefix("plotterparameters/") for name in OBJECTS if name.startswith("plotterparameters/")]


@pytest.mark.parametrize("parameters", PARAMETERS)
@pytest.mark.parametrize("form", ["object", "list", "pairs"])
def test_plotter_draws_the_same_picture_each_time(parameters: str, form: str) -> None:
    pytest.importorskip("matplotlib", reason="the example's plotters import matplotlib (installed by make test)")
    chosen = Plotterparameter(str(PREFIX), parameters)
    plotter = chosen.plotter
    data = DataFormat(str(PREFIX), plotter.dataformat.name).type(**PLOTS[plotter.name.split("/")[1]])
    inputs = {"object": data, "list": [data, data], "pairs": [("one", data), ("two", data), ("three", data)]}[form]
    pictures = [_draw(plotter, chosen.data["data"], inputs) for _ in range(2)]
    assert pictures[0].startswith(b"\x89PNG\r\n")
    assert pictures[0] == pictures[1]
    assert b"matplotlib" not in pictures[0].lower()


@pytest.mark.parametrize("name", PLOTS)
def test_plotter_draws_with_its_defaults(name: str) -> None:
    pytest.importorskip("matplotlib", reason="the example's plotters import matplotlib (installed by make test)")
    plotter = Plotter(str(PREFIX), f"digits/{name}/1")
    data = plotter.dataformat.type(**PLOTS[name])
    assert _draw(plotter, {}, [("", data)]).startswith(b"\x89PNG\r\n")


def _draw(plotter: Plotter, parameters: dict[str, object], inputs: object) -> bytes:
    runner = plotter.runner()
    assert runner.setup(parameters)
    picture = runner.process(inputs)
    assert isinstance(picture, bytes)
    return picture
