"""BaseExecutor: what is checked, what is shared, and what is written for other processes."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from beat.core.algorithm import Algorithm
from beat.core.database import Database
from beat.core.execution import LocalExecutor, entries
from beat.core.execution.base import BaseExecutor


@pytest.fixture
def ready(lab: Any) -> Any:
    lab.cache.mkdir()
    return lab


def _base(lab: Any, data: Any, **options: Any) -> BaseExecutor:
    return BaseExecutor(str(lab.prefix), data, str(lab.cache), **options)


def _golden(prefix: Path, label: str, block: str, cache: Path, **changes: Any) -> BaseExecutor:
    from beat.core.experiment import Experiment

    data = {**Experiment(str(prefix), label).setup()[block]["configuration"], **changes}
    return BaseExecutor(str(prefix), data, str(cache))


def test_cache_must_exist_and_roots_must_be_a_mapping(lab: Any, tmp_path: Path) -> None:
    data = lab.configuration("work")
    with pytest.raises(OSError, match=r"^Cache path `.*/nowhere' does not exist$"):
        BaseExecutor(str(lab.prefix), data, str(tmp_path / "nowhere"))
    with pytest.raises(OSError, match="prefix/cache' does not exist"):
        BaseExecutor(str(lab.prefix), data)
    with pytest.raises(TypeError):
        BaseExecutor(str(lab.prefix), data, str(tmp_path), custom_root_folders=["/data"])


def test_configuration_from_a_file_or_as_it_is(ready: Any, tmp_path: Path) -> None:
    data = ready.configuration("work")
    executor = _base(ready, data)
    assert executor.data is data
    path = tmp_path / "work.json"
    executor.write(path)
    assert json.loads(path.read_text()) == json.loads(str(executor)) == data
    assert _base(ready, str(path)).valid
    assert _base(ready, path).data == data
    assert _base(ready, "/nowhere/work.json").errors == ["File not found: /nowhere/work.json"]
    assert not _base(ready, json.dumps(data)).valid


def test_schema_and_algorithm_errors_end_the_construction(ready: Any) -> None:
    data = ready.configuration("work")
    assert _base(ready, {**data, "channel": 1}).algorithm is None
    executor = _base(ready, {**data, "algorithm": "lab/absent/1"})
    assert "file not found" in executor.errors[0]
    assert executor.databases == {}


def test_coherence_checks(ready: Any) -> None:
    data = ready.configuration("work")
    one, out = data["inputs"]["in"], data["outputs"]["out"]
    more = _base(ready, {**data, "inputs": {"in": one, "other": one}, "outputs": {"out": out, "strange": out}})
    assert more.errors == [
        "The number of inputs of the algorithm doesn't correspond",
        "The number of outputs of the algorithm doesn't correspond",
        "The input 'other' doesn't exist in the algorithm",
        "The output 'strange' doesn't exist in the algorithm",
    ]
    named = _base(ready, {**data, "inputs": {"inn": one}})
    assert named.errors == ["The input 'inn' doesn't exist in the algorithm"]
    assert named.errors[0].hint == "did you mean `in'?"


def test_loops_are_checked_against_their_own_algorithm(golden_prefix: Path, tmp_path: Path) -> None:
    label = "tomas/tomas/orbit/2/steps"
    from beat.core.experiment import Experiment

    items = Experiment(str(golden_prefix), label).setup()
    block = next(name for name, item in items.items() if "loop" in item["configuration"])
    loop = items[block]["configuration"]["loop"]
    good = _golden(golden_prefix, label, block, tmp_path)
    assert good.errors == []
    assert good.loop_algorithm.name == loop["algorithm"]
    (name, record), *_ = loop["inputs"].items()
    bad = _golden(golden_prefix, label, block, tmp_path, loop={**loop, "inputs": {**loop["inputs"], "zz": record}})
    assert bad.errors == [
        "The number of inputs of the loop algorithm doesn't correspond",
        "The input 'zz' doesn't exist in the loop algorithm",
    ]
    outside = {**record, "path": "../../../etc/passwd"}
    escaped = _golden(golden_prefix, label, block, tmp_path, loop={**loop, "inputs": {**loop["inputs"], name: outside}})
    assert escaped.errors
    assert escaped.errors[0].startswith("/loop")
    absent = _golden(golden_prefix, label, block, tmp_path, loop={**loop, "algorithm": "tomas/absent/1"})
    assert "file not found" in absent.errors[0]
    slots = _golden(golden_prefix, label, block, tmp_path, loop={**loop, "nb_slots": 2})
    assert slots.errors == ["/loop: `nb_slots' is not a key of a loop"]
    no_loop = _golden(golden_prefix, label, block, tmp_path, loop="all")
    assert no_loop.errors == ["/loop: must be an object"]


def test_a_block_with_a_loop_needs_a_loop_algorithm(ready: Any) -> None:
    data = ready.configuration("work")
    keys = ("inputs", "outputs", "channel", "algorithm", "parameters", "queue", "environment")
    executor = _base(ready, {**data, "loop": {key: data[key] for key in keys}})
    assert executor.errors == [
        "The loop 'request' doesn't exist in the algorithm",
        "The loop 'answer' doesn't exist in the algorithm",
    ]


def test_caches_are_filled_and_used(ready: Any) -> None:
    caches: dict[str, dict[str, Any]] = {
        name: {} for name in ("dataformat_cache", "database_cache", "algorithm_cache", "library_cache")
    }
    first = _base(ready, ready.configuration("work"), **caches)
    assert list(caches["algorithm_cache"]) == ["lab/double/1"]
    assert list(caches["database_cache"]) == ["numbers/1"]
    assert "lab/number/1" in caches["dataformat_cache"]
    shutil.rmtree(ready.prefix / "algorithms")
    shutil.rmtree(ready.prefix / "databases")
    second = _base(ready, first.data, **caches)
    assert second.errors == []
    assert second.algorithm is first.algorithm
    assert isinstance(second.algorithm, Algorithm)
    assert isinstance(second.databases["numbers/1"], Database)


def test_custom_root_folders_hold_for_cached_databases_too(ready: Any, tmp_path: Path) -> None:
    data = ready.configuration("work")
    cached = {"numbers/1": Database(str(ready.prefix), "numbers/1")}
    roots = {"numbers/1": "/short", "database/numbers/1": "/long"}
    executor = _base(ready, data, database_cache=cached, custom_root_folders=roots)
    assert executor.custom_root_folders is roots
    assert executor.databases["numbers/1"].data["root_folder"] == "/long"
    assert cached["numbers/1"].data["root_folder"] == "/nowhere/numbers"
    assert (
        _base(ready, data, custom_root_folders={"numbers/1": "/s"}).databases["numbers/1"].data["root_folder"] == "/s"
    )
    executor.dump_databases_provider_configuration(tmp_path / "provider")
    exported = json.loads((tmp_path / "provider/prefix/databases/numbers/1.json").read_text())
    assert exported["root_folder"] == "/long"


def test_what_other_processes_get(ready: Any, tmp_path: Path) -> None:
    data = {**ready.configuration("work"), "range": [0, 2], "strange": 1}
    executor = _base(ready, data)
    for _ in range(2):
        executor.dump_runner_configuration(str(tmp_path / "run"))
        executor.dump_databases_provider_configuration(tmp_path / "provider")
    reduced = json.loads((tmp_path / "run/configuration.json").read_text())
    one = data["inputs"]["in"]
    assert reduced == {
        "algorithm": "lab/double/1",
        "parameters": {},
        "channel": "source",
        "uid": os.getuid(),
        "range": [0, 2],
        "inputs": {"in": {key: one[key] for key in ("channel", "path", "database", "protocol", "set", "output")}},
        "outputs": {"out": {key: data["outputs"]["out"][key] for key in ("channel", "path")}},
    }
    assert json.loads((tmp_path / "provider/configuration.json").read_text()) == data
    for path in ("algorithms/lab/double/1.py", "dataformats/lab/number/1.json"):
        assert (tmp_path / "run/prefix" / path).exists()
    assert (tmp_path / "provider/prefix/databases/numbers/1.py").exists()
    with pytest.raises(RuntimeError, match="bogus"):
        _base(ready, {}).dump_runner_configuration(str(tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_first_attributes_and_context(ready: Any, caplog: pytest.LogCaptureFixture) -> None:
    executor = _base(ready, ready.configuration("end"))
    assert executor.analysis
    assert (executor.views, executor.data_sources, executor.data_sinks) == ({}, [], [])
    assert (executor.input_list, executor.output_list, executor.data_loaders) == (None, None, None)
    assert executor.debug is False
    assert executor.io_statistics["blocks"] == {"read": 0, "write": 0}
    with caplog.at_level("INFO", "beat.core.execution.base"), executor as entered:
        assert entered is executor
    assert "Start the execution of 'lab/sum/1'" in caplog.text
    with _base(ready, {}):
        pass
    with pytest.raises(NotImplementedError):
        executor.process()


def test_outputs_exist_only_when_complete(lab: Any) -> None:
    configuration = lab.configuration("work")
    executor = LocalExecutor(str(lab.prefix), configuration, str(lab.indexed()))
    assert not executor.outputs_exist
    with executor:
        executor.process()
    assert executor.outputs_exist
    stem = lab.cache / configuration["outputs"]["out"]["path"]
    (checksum,) = stem.parent.glob(f"{stem.name}.*.data.checksum")
    checksum.unlink()
    assert not executor.outputs_exist


def test_glob_characters_in_the_path_of_the_cache(lab: Any, tmp_path: Path) -> None:
    lab.cache = tmp_path / "ca[ch]e*"
    lab.indexed()
    executor = LocalExecutor(str(lab.prefix), lab.configuration("work"), str(lab.cache))
    with executor:
        executor.process()
    assert executor.outputs_exist


def test_damage_is_found(lab: Any) -> None:
    configuration = lab.configuration("work")
    with LocalExecutor(str(lab.prefix), configuration, str(lab.indexed())) as executor:
        executor.process()
    path = configuration["outputs"]["out"]["path"]
    assert entries.damage(str(lab.cache), path) is None
    (data,) = (lab.cache / path).parent.glob("*.data")
    data.write_bytes(data.read_bytes()[:-1] + b"x")
    assert entries.damage(str(lab.cache), path) == str(data)
