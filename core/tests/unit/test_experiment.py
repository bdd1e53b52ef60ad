"""Experiments: their labels, checks and configurations, on a small prefix with a block, a loop and an analyzer."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from beat.core.algorithm import Algorithm
from beat.core.database import Database
from beat.core.experiment import EVALUATOR_PREFIX, PROCESSOR_PREFIX, Experiment, Storage
from beat.core.schema import validate
from beat.core.toolchain import Toolchain

CODE = b"class Algorithm:\n    pass\n"

FORMATS: dict[str, Any] = {
    "me/num/1": {"value": "int32"},
    "me/child/1": {"#extends": "me/num/1", "more": "int32"},
    "me/text/1": {"value": "string"},
}

DATABASE: dict[str, Any] = {
    "root_folder": "/nowhere",
    "protocols": [
        {
            "name": "main",
            "template": "simple",
            "sets": [
                {
                    "name": "train",
                    "template": "train",
                    "view": "View",
                    "outputs": {"x": "me/num/1", "y": "me/child/1", "t": "me/text/1"},
                }
            ],
        }
    ],
}


def _ports(**types: str) -> dict[str, Any]:
    return {name: {"type": type} for name, type in types.items()}


def _loop_algorithm(kind: str, inputs: Any, outputs: Any, parameters: Any, answer: str = "me/num/1") -> dict[str, Any]:
    declaration = {
        "schema_version": 3,
        "api_version": 2,
        "type": f"sequential_loop_{kind}",
        "language": "python",
        "groups": [{"inputs": inputs, "outputs": outputs, "loop": _ports(request="me/num/1", answer=answer)}],
        "parameters": parameters,
    }
    return declaration | ({"splittable": False} if kind == "processor" else {})


ALGORITHMS: dict[str, Any] = {
    # The first two are the ones of the worked example of the documentation: their digests are known.
    "me/twice/1": {
        "language": "python",
        "splittable": False,
        "groups": [{"inputs": _ports(**{"in": "me/num/1"}), "outputs": _ports(out="me/num/1")}],
        "parameters": {"gain": {"type": "float64", "default": 2.0}},
    },
    "me/mean/1": {
        "language": "python",
        "groups": [{"inputs": _ports(v="me/num/1")}],
        "results": {"m": {"type": "float32", "display": True}},
    },
    "me/lproc/1": _loop_algorithm(
        "processor", _ports(a="me/num/1"), _ports(b="me/num/1"), {"step": {"type": "int32", "default": 1}}
    ),
    "me/leval/1": _loop_algorithm(
        "evaluator", _ports(c="me/num/1"), _ports(d="me/num/1"), {"thr": {"type": "int32", "default": 1}}
    ),
    "me/deaf/1": _loop_algorithm(
        "evaluator",
        _ports(c="me/num/1"),
        _ports(d="me/num/1"),
        {"thr": {"type": "int32", "default": 1}},
        answer="me/text/1",
    ),
    "me/broken/1": {"language": "python"},
}

FLOW: dict[str, Any] = {
    "datasets": [{"name": "ds", "outputs": ["x", "y"]}],
    "blocks": [{"name": "blk", "synchronized_channel": "ds", "inputs": ["bin"], "outputs": ["bout"]}],
    "analyzers": [{"name": "ana", "synchronized_channel": "ds", "inputs": ["ain"]}],
    "connections": [
        {"from": "ds.x", "to": "blk.bin", "channel": "ds"},
        {"from": "blk.bout", "to": "ana.ain", "channel": "ds"},
    ],
    "representation": {"connections": {}, "blocks": {}, "channel_colors": {"ds": "#5555ff"}},
}

RUN: dict[str, Any] = {
    "datasets": {"ds": {"database": "toy_db/1", "protocol": "main", "set": "train"}},
    "blocks": {
        "blk": {
            "algorithm": "me/twice/1",
            "inputs": {"in": "bin"},
            "outputs": {"out": "bout"},
            "parameters": {"gain": 3},
        }
    },
    "analyzers": {"ana": {"algorithm": "me/mean/1", "inputs": {"v": "ain"}}},
    "globals": {
        "queue": "default",
        "environment": {"name": "env", "version": "1.0"},
        "me/twice/1": {"gain": 1.5},
    },
}

LOOP_FLOW: dict[str, Any] = {
    "schema_version": 2,
    "datasets": [{"name": "ds", "outputs": ["x"]}],
    "blocks": [],
    "loops": [
        {
            "name": "lp",
            "synchronized_channel": "ds",
            "processor_inputs": ["pin"],
            "processor_outputs": ["pout"],
            "evaluator_inputs": ["ein"],
            "evaluator_outputs": ["eout"],
        }
    ],
    "analyzers": [
        {"name": "first", "synchronized_channel": "ds", "inputs": ["ain"]},
        {"name": "second", "synchronized_channel": "ds", "inputs": ["ain"]},
    ],
    "connections": [
        {"from": "ds.x", "to": "lp.pin", "channel": "ds"},
        {"from": "ds.x", "to": "lp.ein", "channel": "ds"},
        {"from": "lp.pout", "to": "first.ain", "channel": "ds"},
        {"from": "lp.eout", "to": "second.ain", "channel": "ds"},
    ],
    "representation": {"connections": {}, "blocks": {}, "channel_colors": {"ds": "#5555ff"}},
}

LOOP_RUN: dict[str, Any] = {
    "schema_version": 2,
    "datasets": RUN["datasets"],
    "blocks": {},
    "loops": {
        "lp": {
            "processor_algorithm": "me/lproc/1",
            "processor_inputs": {"a": "pin"},
            "processor_outputs": {"b": "pout"},
            "processor_parameters": {"step": 2},
            "evaluator_algorithm": "me/leval/1",
            "evaluator_inputs": {"c": "ein"},
            "evaluator_outputs": {"d": "eout"},
            "evaluator_environment": {"name": "env2", "version": "2"},
            "queue": "q2",
        }
    },
    "analyzers": {
        "first": {"algorithm": "me/mean/1", "inputs": {"v": "ain"}},
        "second": {"algorithm": "me/mean/1", "inputs": {"v": "ain"}},
    },
    "globals": {
        "queue": "default",
        "environment": {"name": "env", "version": "1.0"},
        "me/leval/1": {"thr": 5},
    },
}


def _write(path: Path, declaration: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".json").write_text(json.dumps(declaration), encoding="utf-8")


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("prefix")
    for name, declaration in FORMATS.items():
        _write(root / "dataformats" / name, declaration)
    for name, declaration in ALGORITHMS.items():
        _write(root / "algorithms" / name, declaration)
        (root / "algorithms" / name).with_suffix(".py").write_bytes(CODE)
    _write(root / "databases" / "toy_db" / "1", DATABASE)
    (root / "databases" / "toy_db" / "1.py").write_bytes(b"class View:\n    pass\n")
    _write(root / "toolchains" / "me" / "flow" / "1", FLOW)
    _write(root / "experiments" / "me" / "me" / "flow" / "1" / "run1", RUN)
    return root


@pytest.fixture
def flow() -> dict[str, Any]:
    return copy.deepcopy(FLOW)


@pytest.fixture
def run() -> dict[str, Any]:
    return copy.deepcopy(RUN)


@pytest.fixture
def loop_flow() -> dict[str, Any]:
    return copy.deepcopy(LOOP_FLOW)


@pytest.fixture
def loop_run() -> dict[str, Any]:
    return copy.deepcopy(LOOP_RUN)


def only_problem(prefix: Path, run: Any, flow: Any) -> Any:
    experiment = Experiment(str(prefix), (run, flow))
    assert not experiment.valid
    assert len(experiment.errors) == 1, experiment.errors
    with pytest.raises(RuntimeError, match="is not valid"):
        experiment.setup()
    return experiment.errors[0]


# -- labels and construction -------------------------------------------------------------------------------------------


def test_storage_completes_short_labels(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path), "me/flow/1/run1")
    assert storage.label == "me/me/flow/1/run1"
    assert storage.toolchain == "me/flow/1"
    assert (storage.username, storage.toolchain_username) == ("me", "me")
    assert (storage.version, storage.name) == ("1", "run1")
    assert storage.path == str(tmp_path / "experiments" / "me" / "me" / "flow" / "1" / "run1")


@pytest.mark.parametrize("label", ["a/b/c", "a/b/c/d/e/f", "a/../c/d/e", ""])
def test_storage_refuses_other_labels(label: str) -> None:
    with pytest.raises(RuntimeError, match=r"^invalid experiment label"):
        Storage("nowhere", label)


def test_a_label_finds_the_toolchain(prefix: Path) -> None:
    experiment = Experiment(str(prefix), "me/flow/1/run1")
    assert experiment.valid, experiment.errors
    assert experiment.label == experiment.name == "me/me/flow/1/run1"
    assert experiment.toolchain is not None
    assert experiment.toolchain.name == "me/flow/1"
    assert experiment.datasets["ds"] == {
        "database": experiment.databases["toy_db/1"],
        "protocol": "main",
        "set": "train",
    }
    assert experiment.blocks == RUN["blocks"]
    assert experiment.analyzers == RUN["analyzers"]
    assert experiment.loops == {}
    experiment.label = "me/flow/1/other"
    assert experiment.label == "me/flow/1/other"
    assert experiment.storage.label == "me/me/flow/1/other"


def test_a_pair_keeps_its_declarations(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    experiment = Experiment(str(prefix), (run, flow))
    assert experiment.valid, experiment.errors
    assert experiment.data is run
    assert experiment.toolchain is not None
    assert experiment.toolchain.data is flow
    assert experiment.name == "__unlabelled_experiment__"
    with pytest.raises(RuntimeError, match="experiment has no label"):
        experiment.hash()


def test_a_pair_of_text_and_name(prefix: Path, run: dict[str, Any]) -> None:
    assert Experiment(str(prefix), [json.dumps(run), "me/flow/1"]).valid


def test_a_missing_experiment_is_one_error(prefix: Path) -> None:
    experiment = Experiment(str(prefix), "me/flow/1/nothing")
    assert experiment.errors == ["Experiment declaration file not found: me/flow/1/nothing"]
    assert experiment.toolchain is None
    assert experiment.data is None


def test_a_declaration_alone_is_refused(prefix: Path, run: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="does not say its toolchain"):
        Experiment(str(prefix), run)
    with pytest.raises(RuntimeError, match="no default experiment"):
        Experiment(str(prefix), None)
    with pytest.raises(ValueError, match="unpack"):
        Experiment(str(prefix), (run,))


def test_caches_are_filled_and_used(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    databases: dict[str, Database] = {}
    algorithms: dict[str, Algorithm] = {}
    formats: dict[str, Any] = {}
    caches: dict[str, Any] = {
        "database_cache": databases,
        "algorithm_cache": algorithms,
        "dataformat_cache": formats,
        "library_cache": {},
    }
    one = Experiment(str(prefix), (run, flow), **caches)
    two = Experiment(str(prefix), (run, flow), **caches)
    assert set(algorithms) == {"me/twice/1", "me/mean/1"}
    assert set(databases) == {"toy_db/1"}
    assert "me/num/1" in formats
    assert all(one.algorithms[name] is two.algorithms[name] for name in algorithms)
    assert one.databases["toy_db/1"] is two.databases["toy_db/1"]


# -- configuration -----------------------------------------------------------------------------------------------------


def test_configuration_of_a_block_and_an_analyzer(prefix: Path) -> None:
    items = Experiment(str(prefix), "me/flow/1/run1").setup()
    assert list(items) == ["blk", "ana"]
    output = "4cbd121e2d7ec16ef305e849400ec7e99c3b042dbd6eff0b4364f04d001452ec"
    assert items["blk"] == {
        "dependencies": set(),
        "configuration": {
            "inputs": {
                "in": {
                    "database": "toy_db/1",
                    "protocol": "main",
                    "set": "train",
                    "output": "x",
                    "endpoint": "bin",
                    "channel": "ds",
                    "hash": "fae22db27be9fc4717f29a6b3e0f5f1143cc63b1fded8fc486b55c4bf5005473",
                    "path": "fa/e2/2d/b27be9fc4717f29a6b3e0f5f1143cc63b1fded8fc486b55c4bf5005473.db",
                }
            },
            "channel": "ds",
            "algorithm": "me/twice/1",
            "parameters": {"gain": 3},
            "queue": "default",
            "environment": {"name": "env", "version": "1.0"},
            "nb_slots": 1,
            "outputs": {
                "out": {
                    "channel": "ds",
                    "endpoint": "bout",
                    "hash": output,
                    "path": "4c/bd/12/1e2d7ec16ef305e849400ec7e99c3b042dbd6eff0b4364f04d001452ec",
                }
            },
        },
    }
    assert items["ana"]["dependencies"] == {"blk"}
    configuration = items["ana"]["configuration"]
    assert configuration["inputs"]["v"] == {
        "channel": "ds",
        "endpoint": "ain",
        "hash": output,
        "path": "4c/bd/12/1e2d7ec16ef305e849400ec7e99c3b042dbd6eff0b4364f04d001452ec",
    }
    assert configuration["parameters"] == {}
    assert configuration["result"] == {
        "hash": "206d4b17cdd1c33089a21729ee95bc520895556f6722c8a06e308c194f3f1627",
        "path": "20/6d/4b/17cdd1c33089a21729ee95bc520895556f6722c8a06e308c194f3f1627",
    }


@pytest.mark.parametrize(
    ("with_globals", "digest"),
    [
        (True, "8d3c93577ca2810b427f10b0a489d214cf2baaad4ae260e90ee322c5e944386e"),
        (False, "0b6dacfa9c83f8ff3161d140e70816f6c23fb831765050eb4794ebd310d0a73a"),
    ],
)
def test_parameters_of_an_item_stand_over_the_global_ones(
    prefix: Path, run: dict[str, Any], flow: dict[str, Any], with_globals: bool, digest: str
) -> None:
    del run["blocks"]["blk"]["parameters"]
    if not with_globals:
        del run["globals"]["me/twice/1"]
    configuration = Experiment(str(prefix), (run, flow)).setup()["blk"]["configuration"]
    assert configuration["parameters"] == ({"gain": 1.5} if with_globals else {})
    assert configuration["outputs"]["out"]["hash"] == digest


def test_configurations_are_copies(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    experiment = Experiment(str(prefix), (run, flow))
    configuration = experiment.setup()["blk"]["configuration"]
    configuration["parameters"]["gain"] = 9
    configuration["environment"]["name"] = "other"
    assert run == RUN
    assert experiment.setup() == Experiment(str(prefix), "me/flow/1/run1").setup()


def test_each_setup_reads_each_algorithm_once(
    prefix: Path, run: dict[str, Any], flow: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    flow["analyzers"].append({"name": "more", "synchronized_channel": "ds", "inputs": ["ain"]})
    flow["connections"].append({"from": "blk.bout", "to": "more.ain", "channel": "ds"})
    run["analyzers"]["more"] = run["analyzers"]["ana"]
    experiment = Experiment(str(prefix), (run, flow))
    read: list[str] = []
    digest = Algorithm.hash
    monkeypatch.setattr(Algorithm, "hash", lambda self: (read.append(self.name), digest(self))[1])
    experiment.setup()
    assert sorted(read) == ["me/mean/1", "me/twice/1"]
    experiment.setup()
    assert len(read) == 4


def test_global_queue_and_environment_are_asked_for_only_when_needed(
    prefix: Path, run: dict[str, Any], flow: dict[str, Any]
) -> None:
    own = {"queue": "mine", "environment": {"name": "e", "version": "1"}}
    del run["globals"]["queue"], run["globals"]["environment"]
    run["blocks"]["blk"] |= own
    with pytest.raises(KeyError, match="/analyzers/ana has no environment of its own"):
        Experiment(str(prefix), (run, flow)).setup()
    run["analyzers"]["ana"] |= own
    items = Experiment(str(prefix), (run, flow)).setup()
    assert {items[name]["configuration"]["queue"] for name in items} == {"mine"}


def test_configuration_of_a_loop(prefix: Path, loop_run: dict[str, Any], loop_flow: dict[str, Any]) -> None:
    assert (PROCESSOR_PREFIX, EVALUATOR_PREFIX) == ("processor_", "evaluator_")
    items = Experiment(str(prefix), (loop_run, loop_flow)).setup()
    assert items["first"]["dependencies"] == items["second"]["dependencies"] == {"lp"}
    configuration = items["lp"]["configuration"]
    assert validate("execution", configuration)[1] == []
    loop = configuration.pop("loop")
    assert set(configuration) == {
        "inputs",
        "outputs",
        "channel",
        "algorithm",
        "parameters",
        "queue",
        "environment",
        "nb_slots",
    }
    assert set(loop) == set(configuration) - {"nb_slots"}
    assert configuration["algorithm"] == "me/lproc/1"
    assert configuration["parameters"] == {"step": 2}
    assert configuration["environment"] == {"name": "env", "version": "1.0"}
    assert configuration["outputs"]["b"]["endpoint"] == "pout"
    assert loop["algorithm"] == "me/leval/1"
    assert loop["parameters"] == {"thr": 5}
    assert loop["environment"] == {"name": "env2", "version": "2"}
    assert loop["outputs"]["d"]["endpoint"] == "eout"
    assert configuration["queue"] == loop["queue"] == "q2"
    assert configuration["channel"] == loop["channel"] == "ds"


def test_the_digests_of_a_processor_do_not_depend_on_the_evaluator(
    prefix: Path, loop_run: dict[str, Any], loop_flow: dict[str, Any]
) -> None:
    before = Experiment(str(prefix), (loop_run, loop_flow)).setup()["lp"]["configuration"]
    changed = copy.deepcopy(loop_run)
    changed["loops"]["lp"]["evaluator_parameters"] = {"thr": 6}
    after = Experiment(str(prefix), (changed, loop_flow)).setup()["lp"]["configuration"]
    assert before["outputs"] == after["outputs"]
    assert before["loop"]["outputs"]["d"]["hash"] != after["loop"]["outputs"]["d"]["hash"]


# -- checks of references ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "path", "hint"),
    [
        ("protocol", "mian", "/datasets/ds/protocol", "did you mean `main'?"),
        ("set", "tain", "/datasets/ds/set", "did you mean `train'?"),
    ],
)
def test_misspelt_protocols_and_sets(
    prefix: Path, run: dict[str, Any], flow: dict[str, Any], key: str, value: str, path: str, hint: str
) -> None:
    run["datasets"]["ds"][key] = value
    problem = only_problem(prefix, run, flow)
    assert problem.startswith("/datasets/ds: cannot find")
    assert (problem.path, problem.hint) == (path, hint)


@pytest.mark.parametrize(
    ("change", "beginning", "path", "hint"),
    [
        ({"inputs": {"inn": "bin"}}, "/blocks/blk/inputs/bin:", "/blocks/blk/inputs/inn", "did you mean `in'?"),
        ({"outputs": {"aut": "bout"}}, "/blocks/blk/outputs/bout:", "/blocks/blk/outputs/aut", "did you mean `out'?"),
        (
            {"parameters": {"gian": 1}},
            "/blocks/blk/parameters/gian:",
            "/blocks/blk/parameters/gian",
            "did you mean `gain'?",
        ),
        ({"parameters": {"gain": "x"}}, "/blocks/blk/parameters/gain:", "/blocks/blk/parameters/gain", ""),
        ({"nb_slots": 2}, "/blocks/blk/nb_slots:", "/blocks/blk/nb_slots", "use one slot"),
        ({"inputs": {"in": "bni"}}, "/blocks/blk/inputs/in:", "/blocks/blk/inputs/in", "did you mean `bin'?"),
        ({"outputs": {"out": "buot"}}, "/blocks/blk/outputs/out:", "/blocks/blk/outputs/out", "did you mean `bout'?"),
    ],
)
def test_mistakes_in_a_block(
    prefix: Path,
    run: dict[str, Any],
    flow: dict[str, Any],
    change: dict[str, Any],
    beginning: str,
    path: str,
    hint: str,
) -> None:
    run["blocks"]["blk"] |= change
    problem = only_problem(prefix, run, flow)
    assert problem.startswith(beginning)
    assert (problem.path, problem.hint) == (path, hint)


def test_invalid_algorithms_and_databases_are_reported_once(
    prefix: Path, run: dict[str, Any], flow: dict[str, Any]
) -> None:
    broken = {"algorithm": "me/broken/1", "inputs": {"q": "bin"}, "outputs": {"r": "bout"}, "nb_slots": 3}
    run["blocks"] = {"blk": broken | {"parameters": {"p": 1}}, "other": broken}
    run["datasets"]["more"] = run["datasets"]["ds"] = {"database": "absent/1", "protocol": "main", "set": "train"}
    run["globals"] = {"me/broken/1": {"p": 1}}
    errors = Experiment(str(prefix), (run, flow)).errors
    assert len(errors) == 2, errors
    assert errors[0].startswith("/datasets/ds: database `absent/1' is invalid")
    assert errors[1].startswith("/blocks/blk: algorithm `me/broken/1' is invalid:")


def test_globals_name_algorithms_in_use(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    run["globals"]["me/twise/1"] = {}
    problem = only_problem(prefix, run, flow)
    assert problem.startswith("/globals/me/twise/1: found parameter section")
    assert problem.hint == "did you mean `me/twice/1'?"


def test_an_invalid_toolchain_is_one_error(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    flow["connections"][0]["channel"] = "other"
    flow["blocks"][0]["synchronized_channel"] = "other"
    problem = only_problem(prefix, run, flow)
    assert problem.startswith("toolchain data is not valid, because:")
    assert problem.count("invalid synchronization channel") == 2


def test_a_name_with_a_line_feed_is_an_error(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    run["blocks"]["blk"]["algorithm"] += "\n"
    assert "invalid algorithm name" in only_problem(prefix, run, flow)


# -- checks against the toolchain --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("section", "noun"), [("datasets", "dataset"), ("blocks", "block"), ("analyzers", "analyzer")])
def test_names_must_be_those_of_the_toolchain(
    prefix: Path, run: dict[str, Any], flow: dict[str, Any], section: str, noun: str
) -> None:
    [(name, item)] = run[section].items()
    run[section] = {name + "2": item}
    problem = only_problem(prefix, run, flow)
    assert problem.startswith(f"mismatch between the toolchain {noun} names ({name}) and the experiment's ({name}2)")
    assert problem.hint == f"add {name}, rename or remove {name}2"


def test_outputs_that_the_set_lacks(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    flow["datasets"][0]["outputs"].append("z")
    assert only_problem(prefix, run, flow).startswith("/datasets/ds: toolchain endpoints (x, y, z) must be a subset")


def test_number_of_inputs(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    flow["analyzers"][0]["inputs"].append("more")
    flow["connections"].append({"from": "ds.x", "to": "ana.more", "channel": "ds"})
    problem = only_problem(prefix, run, flow)
    assert problem == "/analyzers/ana: toolchain analyzer has 2 inputs while the experiment has 1"


def test_two_outputs_cannot_be_one(prefix: Path, loop_run: dict[str, Any], loop_flow: dict[str, Any]) -> None:
    loop_run["loops"]["lp"]["processor_outputs"]["b"] = "eout"
    problem = only_problem(prefix, loop_run, loop_flow)
    assert problem.path == "/loops/lp/processor_outputs/b"


def test_an_output_left_out_is_an_error(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    flow["blocks"][0]["outputs"].append("more")
    flow["connections"][1]["from"] = "blk.more"
    problem = only_problem(prefix, run, flow)
    assert problem.startswith("mismatch in data type at connection (block) blk.more -> (analyzer) ana.ain")


def test_a_child_format_goes_where_its_parent_is_taken(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    flow["connections"][0]["from"] = "ds.y"
    assert Experiment(str(prefix), (run, flow)).valid


def test_other_formats_do_not_fit(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    flow["datasets"][0]["outputs"].append("t")
    flow["connections"][0]["from"] = "ds.t"
    problem = only_problem(prefix, run, flow)
    assert problem.startswith("mismatch in data type at connection (dataset) ds.t -> (block) blk.bin")
    assert problem.kind == "type"


def test_synchronization_says_what_is_on_both_sides(prefix: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    flow["datasets"].append({"name": "side", "outputs": ["x"]})
    flow["connections"][1]["channel"] = "side"
    run["datasets"]["side"] = run["datasets"]["ds"]
    problem = only_problem(prefix, run, flow)
    assert problem == (
        "synchronization mismatch in input/output grouping between block `blk' and algorithm `me/twice/1'"
    )
    assert problem.hint == "(inputs, outputs) are [(1, 0)] on the channels of the toolchain, [(1, 1)] in the groups"


# -- checks of loops ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "beginning"),
    [
        ({"processor_parameters": {"thr": 1}}, "/loops/lp/processor_parameters/thr:"),
        ({"evaluator_parameters": {"thr": "x"}}, "/loops/lp/evaluator_parameters/thr:"),
        ({"evaluator_inputs": {"zz": "ein"}}, "/loops/lp/evaluator_inputs/ein:"),
        ({"processor_outputs": {"zz": "pout"}}, "/loops/lp/processor_outputs/pout:"),
        ({"nb_slots": 2}, "/loops/lp/nb_slots:"),
        ({"evaluator_algorithm": "me/broken/1", "nb_slots": 2}, "/loops/lp: algorithm `me/broken/1' is invalid:"),
        ({"evaluator_inputs": {"c": "eni"}}, "/loops/lp/evaluator_inputs/c:"),
        (
            {"evaluator_algorithm": "me/deaf/1"},
            "answer loop channel type incompatible between me/lproc/1 and me/deaf/1",
        ),
        (
            {
                "processor_algorithm": "me/twice/1",
                "processor_inputs": {"in": "pin"},
                "processor_outputs": {"out": "pout"},
                "processor_parameters": {},
            },
            "/loops/lp/processor_algorithm: algorithm `me/twice/1' has no loop channel",
        ),
    ],
)
def test_mistakes_in_a_loop(
    prefix: Path, loop_run: dict[str, Any], loop_flow: dict[str, Any], change: dict[str, Any], beginning: str
) -> None:
    loop_run["loops"]["lp"] |= change
    del loop_run["globals"]["me/leval/1"]
    assert only_problem(prefix, loop_run, loop_flow).startswith(beginning)


def test_a_loop_on_a_toolchain_without(prefix: Path, loop_run: dict[str, Any], loop_flow: dict[str, Any]) -> None:
    loop_run["loops"] = {}
    del loop_run["globals"]["me/leval/1"]
    problem = only_problem(prefix, loop_run, loop_flow)
    assert problem.startswith("mismatch between the toolchain loop names (lp) and the experiment's ()")


# -- bad declarations, large ones --------------------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", [None, 5, [], {}, b"x", "{", "[]", {"schema_version": "two"}, {5: 6}, object()])
def test_what_is_no_declaration_ends_in_errors(
    prefix: Path, run: dict[str, Any], flow: dict[str, Any], hostile: Any
) -> None:
    assert Experiment(str(prefix), (hostile, flow)).errors
    assert Experiment(str(prefix), (run, "me/nothing/1" if isinstance(hostile, str) else hostile)).errors


def _large(size: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """An experiment on a chain of blocks, with its toolchain."""
    run, flow = copy.deepcopy(RUN), copy.deepcopy(FLOW)
    names = [f"b{i}" for i in range(size)]
    flow["blocks"] = [FLOW["blocks"][0] | {"name": name} for name in names]
    ends = ["ds.x", *(f"{name}.bout" for name in names)]
    targets = [*(f"{name}.bin" for name in names), "ana.ain"]
    flow["connections"] = [
        {"from": end, "to": target, "channel": "ds"} for end, target in zip(ends, targets, strict=True)
    ]
    run["blocks"] = dict.fromkeys(names, RUN["blocks"]["blk"])
    return run, flow


def test_large_experiments_are_configured_in_linear_time(prefix: Path) -> None:
    experiment = Experiment(str(prefix), _large(10_000))
    assert experiment.valid, experiment.errors[:3]
    start = time.process_time()
    items = experiment.setup()
    assert time.process_time() - start < 1.0
    assert list(items)[-1] == "ana"
    assert len({items[f"b{i}"]["configuration"]["outputs"]["out"]["hash"] for i in range(10_000)}) == 10_000


def test_thousands_of_mistakes_end_quickly(prefix: Path) -> None:
    run, flow = _large(5_000)
    run["blocks"] = {name: RUN["blocks"]["blk"] | {"inputs": {"inn": "bin"}} for name in run["blocks"]}
    start = time.process_time()
    experiment = Experiment(str(prefix), (run, flow))
    assert time.process_time() - start < 5.0
    assert len(experiment.errors) == 5_000


# -- export, drawing, import -------------------------------------------------------------------------------------------


def test_exported_experiments_stand_alone(prefix: Path, tmp_path: Path) -> None:
    experiment = Experiment(str(prefix), "me/flow/1/run1")
    experiment.export(str(tmp_path))
    exported = Experiment(str(tmp_path), "me/flow/1/run1")
    assert exported.valid, exported.errors
    assert exported.setup() == experiment.setup()


def test_what_cannot_be_exported(prefix: Path, tmp_path: Path, run: dict[str, Any], flow: dict[str, Any]) -> None:
    experiment = Experiment(str(prefix), (run, flow))
    with pytest.raises(RuntimeError, match="experiment has no label"):
        experiment.export(str(tmp_path))
    experiment.label = "me/me/flow/1/run2"
    with pytest.raises(RuntimeError, match="toolchain has no name"):
        experiment.export(str(tmp_path))
    with pytest.raises(RuntimeError, match="own prefix"):
        Experiment(str(prefix), "me/flow/1/run1").export(str(prefix))
    assert list(tmp_path.iterdir()) == []


def test_diagrams_show_what_fills_the_toolchain(prefix: Path, run: dict[str, Any]) -> None:
    run["globals"]["environment"]["name"] = "a<b"
    source = Experiment(str(prefix), (run, "me/flow/1")).dot_diagram().source
    assert "Experiment: __unlabelled_experiment__" in source
    assert "<b><u>ds</u></b><br/>toy_db/1<br/><i>main:train</i>" in source
    assert "<b><u>blk</u></b><br/>me/twice/1<br/><i>@a&lt;b(1.0) x 1</i>" in source
    assert "+m<br/>(float32)" in source
    assert 'ds:output_x -> blk:input_bin [label="me/num/1"' in source


def test_diagrams_of_loops(prefix: Path, loop_run: dict[str, Any], loop_flow: dict[str, Any]) -> None:
    source = Experiment(str(prefix), (loop_run, loop_flow)).dot_diagram().source
    assert "<i>@env(1.0) x 1</i><br/>me/leval/1<br/><i>@env2(2) x 1</i>" in source
    for port in ("input_pin", "input_ein", "output_pout", "output_eout"):
        assert f'port="{port}"' in source
    assert "lp:output_eout -> second:input_ain" in source


def test_colours_must_be_there_to_draw(flow: dict[str, Any]) -> None:
    flow["representation"]["channel_colors"] = {}
    with pytest.raises(KeyError, match="/representation/channel_colors/ds"):
        Toolchain("nowhere", flow).dot_diagram()


def test_drawing_asks_its_callbacks(flow: dict[str, Any]) -> None:
    asked: list[tuple[str, ...]] = []
    source = (
        Toolchain("nowhere", flow)
        .dot_diagram(
            title="My flow",
            label_callback=lambda kind, name: asked.append((kind, name)) or f"<i>{name}</i>",
            edge_callback=lambda start: f"from {start}",
            result_callback=lambda name: [f"result of {name}"],
        )
        .source
    )
    assert asked == [("dataset", "ds"), ("block", "blk"), ("analyzer", "ana")]
    for text in ('label="My flow"', "<i>blk</i>", 'label="from ds.x"', "result of ana"):
        assert text in source


def test_the_import_stays_light() -> None:
    heavy = ["graphviz", "jsonschema", "jsonschema_rs", "matplotlib", "zmq", "rich", "click"]
    code = f"import sys, beat.core.experiment; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
