"""What blocks and whole experiments leave in the cache, compared with what beat.core 1.13.5 left there."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.hash import hashDataset, toPath
from beat.core.engine import run
from beat.core.engine.results import results
from beat.core.execution import LocalExecutor
from beat.core.experiment import Experiment

_GOLDEN = Path(__file__).parents[1] / "golden"
_PREFIX = _GOLDEN / "prefix"


def _labels() -> list[str]:
    return list(json.loads((_GOLDEN / "expected" / "setup.json").read_text())["experiments"])


def _is_supported(configuration: dict[str, Any]) -> bool:
    return "loop" not in configuration


def _supported() -> list[str]:
    """Experiments without loops."""
    found = []
    for label in _labels():
        experiment = Experiment(str(_PREFIX), label)
        if all(_is_supported(item["configuration"]) for item in experiment.setup().values()):
            found.append(label)
    return found


def _contents(folder: Path) -> dict[str, dict[str, Any]]:
    found = {
        path.relative_to(folder).as_posix(): {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "size": path.stat().st_size,
        }
        for path in folder.rglob("*")
        if path.is_file()
    }
    return found


def _below(files: dict[str, Any], stem: str) -> dict[str, Any]:
    return {name: facts for name, facts in files.items() if name.startswith(stem)}


def _copy_inputs(expected: Path, configuration: dict[str, Any], cache: Path) -> None:
    """Put what a block reads into an empty cache, as the reference wrote it."""
    for record in configuration["inputs"].values():
        stem = record["path"]
        source = expected / ("index" if "database" in record else "cache")
        for file in (source / stem).parent.glob(Path(stem).name + "*"):
            target = cache / file.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)


def _index(experiment: Experiment, cache: Path) -> None:
    for dataset in experiment.datasets.values():
        database, protocol, name = dataset["database"], dataset["protocol"], dataset["set"]
        path = cache / toPath(hashDataset(database.name, protocol, name), ".db")
        if not path.exists():
            database.view(protocol, name).index(str(path))


def test_enough_experiments_are_supported() -> None:
    assert len(_supported()) == 20


@pytest.mark.parametrize("label", _supported())
def test_executors_write_the_same_files(label: str, golden: Callable[[str], Any], tmp_path: Path) -> None:
    experiment = Experiment(str(_PREFIX), label)
    _index(experiment, tmp_path)
    for item in experiment.setup().values():
        executor = LocalExecutor(str(_PREFIX), item["configuration"], str(tmp_path))
        assert executor.errors == []
        if not executor.outputs_exist:
            with executor:
                assert executor.process()["status"] == 0
        assert executor.outputs_exist
    assert _contents(tmp_path) == golden("cache_files")[label]


@pytest.mark.parametrize("label", _supported())
def test_engine_writes_the_same_files(label: str, golden: Callable[[str], Any], tmp_path: Path) -> None:
    experiment = Experiment(str(_PREFIX), label)
    report = run(experiment, cache=tmp_path / "cache", logs=tmp_path / "logs")
    assert report.ok, report
    assert _contents(tmp_path / "cache") == golden("cache_files")[label]
    again = run(experiment, cache=tmp_path / "cache")
    assert {block.state for block in again.blocks} == {"cached"}
    forced = run(experiment, cache=tmp_path / "cache", force=True)
    assert {block.state for block in forced.blocks} <= {"done", "cached"}
    assert _contents(tmp_path / "cache") == golden("cache_files")[label]


@pytest.mark.parametrize("label", _labels())
def test_results_of_the_reference_are_read(label: str, golden: Callable[[str], Any], golden_expected: Path) -> None:
    experiment = Experiment(str(_PREFIX), label)
    found = results(experiment, golden_expected / "cache")
    wanted = golden("results")[label]
    assert {
        name: json.loads(json.dumps(result.as_dict(), default=lambda value: value.item()))
        for name, result in found.items()
    } == {name: expected["values"] for name, expected in wanted.items()}
    assert {name: (result.start, result.end) for name, result in found.items()} == {
        name: (expected["start"], expected["end"]) for name, expected in wanted.items()
    }


def _supported_blocks() -> Iterator[tuple[str, str]]:
    """Blocks that can run, also in experiments of which others cannot."""
    for label in _labels():
        experiment = Experiment(str(_PREFIX), label)
        for name, item in experiment.setup().items():
            if _is_supported(item["configuration"]):
                yield label, name


@pytest.mark.parametrize(("label", "block"), list(_supported_blocks()))
def test_each_block_alone_on_inputs_of_the_reference(
    label: str, block: str, golden: Callable[[str], Any], golden_expected: Path, tmp_path: Path
) -> None:
    configuration = Experiment(str(_PREFIX), label).setup()[block]["configuration"]
    _copy_inputs(golden_expected, configuration, tmp_path)
    with LocalExecutor(str(_PREFIX), configuration, str(tmp_path)) as executor:
        assert executor.process()["user_error"] == ""
    made = _contents(tmp_path)
    for record in [configuration["result"]] if "result" in configuration else configuration["outputs"].values():
        assert _below(made, record["path"])
        expected = golden("cache_files")[label]
        assert _below(made, record["path"]) == _below(expected, record["path"])


def _splits() -> list[tuple[str, str]]:
    splits = json.loads((_GOLDEN / "expected" / "splits.json").read_text())
    return [(label, block) for label, blocks in splits.items() for block in blocks]


@pytest.mark.parametrize(("label", "block"), _splits())
def test_pieces_of_a_block(
    label: str, block: str, golden: Callable[[str], Any], golden_expected: Path, tmp_path: Path
) -> None:
    expected = golden("splits")[label][block]
    configuration = Experiment(str(_PREFIX), label).setup()[block]["configuration"]
    _copy_inputs(golden_expected, configuration, tmp_path)
    for first, last in expected["ranges"]:
        piece = {**configuration, "nb_slots": 1, "range": [first, last]}
        with LocalExecutor(str(_PREFIX), piece, str(tmp_path)) as executor:
            assert executor.process()["user_error"] == ""
    made = _contents(tmp_path)
    stems = [record["path"] for record in configuration["outputs"].values()]
    assert {name: facts for stem in stems for name, facts in _below(made, stem).items()} == expected["files"]
