"""engine.run: order, cache, events, reports."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from beat.core import engine
from beat.core.engine import events
from beat.core.engine.results import results


def _run(lab: Any, **options: Any) -> tuple[Any, list[events.Event]]:
    seen: list[events.Event] = []
    report = engine.run(lab.experiment(), cache=lab.cache, on_event=seen.append, **options)
    return report, seen


def _names(seen: list[events.Event]) -> list[str]:
    return [type(event).__name__ for event in seen if not isinstance(event, events.BlockProgress)]


def test_first_and_second_run(lab: Any) -> None:
    report, seen = _run(lab)
    assert report.ok
    assert _names(seen) == [
        "RunStarted",
        "IndexStarted",
        "IndexFinished",
        *["BlockStarted", "BlockFinished"] * 3,
        "RunFinished",
    ]
    assert seen[0] == events.RunStarted(lab.label, ("work", "more", "end"))
    assert events.BlockStarted("more", "lab/again/1", 2, 3) in seen
    assert [(block.name, block.state) for block in report.blocks] == [
        ("work", "done"),
        ("more", "done"),
        ("end", "done"),
    ]
    assert report.blocks[0].statistics["data"]["blocks"] == {"read": 5, "write": 5}
    assert report.blocks[2].outputs == {"result": str(lab.cache / lab.configuration("end")["result"]["path"])}
    first = lab.files()
    again, seen = _run(lab)
    assert _names(seen) == ["RunStarted", *["BlockSkipped"] * 3, "RunFinished"]
    assert {block.state for block in again.blocks} == {"cached"}
    assert lab.files() == first


def test_everything_is_json(lab: Any) -> None:
    report, seen = _run(lab)
    for event in seen:
        assert json.loads(json.dumps(event.as_dict()))["event"] == type(event).__name__
    read = json.loads(json.dumps(report.as_dict()))
    assert (read["experiment"], read["status"]) == (lab.label, "done")
    assert read["blocks"][1]["algorithm"] == "lab/again/1"


def test_the_cache_is_in_the_prefix_by_default(lab: Any) -> None:
    assert engine.run(lab.experiment()).ok
    assert (lab.prefix / "cache" / lab.configuration("work")["inputs"]["in"]["path"]).exists()


def test_force_runs_all_again(lab: Any) -> None:
    _run(lab)
    first = lab.files()
    report, _ = _run(lab, force=True)
    assert {block.state for block in report.blocks} == {"done"}
    assert lab.files() == first


def test_target_runs_what_it_depends_on(lab: Any) -> None:
    report, seen = _run(lab, target="more")
    assert [(block.name, block.state) for block in report.blocks] == [("work", "done"), ("more", "done")]
    assert seen[0] == events.RunStarted(lab.label, ("work", "more"))
    with pytest.raises(RuntimeError, match=r"no block `mor': did you mean `more'\?"):
        _run(lab, target="mor")
    with pytest.raises(RuntimeError, match="no block `zzz': it has: work, more, end"):
        _run(lab, target="zzz")


def test_an_invalid_experiment_is_refused_with_its_errors(lab: Any) -> None:
    from beat.core.experiment import Experiment

    lab.algorithm("double", "", outputs={"another": "lab/number/1"})
    experiment = Experiment(str(lab.prefix), lab.label)
    with pytest.raises(RuntimeError, match=r"is not valid:\n  \* ") as caught:
        engine.run(experiment, cache=lab.cache)
    assert str(experiment.errors[0]) in str(caught.value)
    assert not lab.cache.exists()


@pytest.mark.parametrize("state", ["cut", "without checksum", "wrong checksum"])
def test_damaged_outputs_are_computed_again(lab: Any, state: str) -> None:
    _run(lab)
    first = lab.files()
    stem = lab.cache / lab.configuration("end")["result"]["path"]
    (data,) = stem.parent.glob("*.data")
    if state == "cut":
        data.write_bytes(data.read_bytes()[:-3])
    elif state == "without checksum":
        Path(f"{data}.checksum").unlink()
    else:
        Path(f"{data}.checksum").write_text("0" * 64)
    report, seen = _run(lab)
    assert [block.state for block in report.blocks] == ["cached", "cached", "done"]
    warnings = [event.text for event in seen if isinstance(event, events.Warning)]
    assert warnings == (
        []
        if state == "without checksum"
        else [f"`{data}' is damaged (its checksum does not agree) and will be computed again"]
    )
    assert lab.files() == first


def test_damaged_inputs_of_a_block_that_runs_are_computed_again(lab: Any) -> None:
    _run(lab)
    first = lab.files()
    for name in ("work", "end"):
        configuration = lab.configuration(name)
        path = configuration.get("result", configuration.get("outputs", {}).get("out"))["path"]
        (data,) = (lab.cache / path).parent.glob("*.data")
        data.write_bytes(b"")
    more = lab.configuration("more")["outputs"]["out"]["path"]
    for file in (lab.cache / more).parent.glob("*"):
        file.unlink()
    report, _ = _run(lab)
    assert [block.state for block in report.blocks] == ["done", "done", "done"]
    assert lab.files() == first


def test_pieces_of_another_length_go_when_the_block_runs_again(lab: Any) -> None:
    _run(lab)
    first = lab.files()
    path = lab.configuration("work")["outputs"]["out"]["path"]
    folder = (lab.cache / path).parent
    for file in list(folder.iterdir()):
        (folder / file.name.replace(".0.4.", ".0.7.")).write_bytes(file.read_bytes())
    assert _run(lab, force=True)[0].ok
    assert lab.files() == first


def test_what_blocks_print_goes_to_events_and_logs(lab: Any, capfd: pytest.CaptureFixture[str]) -> None:
    code = """
    import os, sys
    class Algorithm:
        def process(self, inputs, data_loaders, outputs):
            print("printed", inputs["in"].data_index)
            os.write(2, b"raw\\n")
            outputs["out"].write({"value": 1})
            return True
    """
    lab.algorithm("double", code)
    report, seen = _run(lab, logs=lab.logs)
    text = "".join(event.text for event in seen if isinstance(event, events.BlockOutput))
    assert text.count("raw\n") == 5
    assert "printed 4\n" in text
    assert report.blocks[0].log == str(lab.logs / "work.log")
    assert Path(report.blocks[0].log).read_text() == text
    assert (lab.logs / "more.log").read_text() == ""
    assert capfd.readouterr() == ("", "")
    assert not [name for name in lab.files() if name.endswith(".log")]


def test_print_can_be_the_consumer(lab: Any, capsys: pytest.CaptureFixture[str]) -> None:
    lab.algorithm(
        "double", "class Algorithm:\n    def process(self, i, d, o):\n        print('hello')\n        1 / 0\n"
    )
    assert engine.run(lab.experiment(), cache=lab.cache, on_event=print).status == "failed"
    shown = capsys.readouterr().out
    assert "BlockOutput(block='work', text='hello\\n')" in shown
    assert shown.count("hello") == 1


def test_a_log_that_cannot_be_written_is_told_once(lab: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    report, seen = _run(lab, logs=tmp_path / "file")
    assert report.ok
    (warning,) = [event for event in seen if isinstance(event, events.Warning)]
    assert "is not kept" in warning.text
    assert {block.log for block in report.blocks} == {None}


def test_an_error_of_the_consumer_is_not_hidden(lab: Any) -> None:
    def consumer(event: events.Event) -> None:
        if isinstance(event, events.BlockFinished):
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        engine.run(lab.experiment(), cache=lab.cache, on_event=consumer)


def test_progress_is_told_while_a_block_runs(lab: Any) -> None:
    code = """
    from threading import Event
    class Algorithm:
        def process(self, inputs, data_loaders, outputs):
            if inputs["in"].data_index == 2:
                assert GATE.wait(30)
            outputs["out"].write({"value": 1})
            return True
    GATE = Event()
    """
    lab.algorithm("double", code)
    seen: list[events.Event] = []

    def consumer(event: events.Event) -> None:
        import gc
        import threading

        seen.append(event)
        if isinstance(event, events.BlockProgress):
            for module in gc.get_objects():
                if isinstance(module, dict) and isinstance(module.get("GATE"), threading.Event):
                    module["GATE"].set()

    assert engine.run(lab.experiment(), cache=lab.cache, on_event=consumer).ok
    progress = [event for event in seen if isinstance(event, events.BlockProgress)]
    assert progress[0] == events.BlockProgress("work", 3, 5)


def test_twins_run_once(lab: Any) -> None:
    """Digests leave out which output of a set is read, so two blocks may share their outputs."""
    experiment = lab.experiment()
    items = experiment.setup()
    items["twin"] = {"dependencies": set(), "configuration": items["work"]["configuration"]}
    experiment.setup = lambda: items
    seen: list[events.Event] = []
    assert engine.run(experiment, cache=lab.cache, on_event=seen.append).ok
    skipped = [event for event in seen if isinstance(event, events.BlockSkipped)]
    assert skipped == [events.BlockSkipped("twin", "lab/double/1", "block `work' has the same outputs")]


def test_results_are_read_back(lab: Any) -> None:
    experiment = lab.experiment()
    assert results(experiment, lab.cache) == {}
    _run(lab)
    (result,) = results(experiment, lab.cache).values()
    assert json.loads(json.dumps(result.as_dict())) == result.as_dict()
    assert result.as_dict() == {"total": 40, "curve": {"y": [0.0, 4.0, 8.0, 12.0, 16.0]}}
    assert result.types == {"total": "int32", "curve": "plot/curve/1"}
    assert (result.analyzer, result.algorithm, result.start, result.end) == ("end", "lab/sum/1", 0, 4)
    assert result.path == str(lab.cache / lab.configuration("end")["result"]["path"])
    assert results(experiment, lab.cache, ["another"]) == {}


def test_root_folders_reach_index_and_view(lab: Any, tmp_path: Path) -> None:
    path = lab.prefix / "databases/numbers/1.py"
    code = path.read_text().replace("for k in range", "for k in [int(Path(root_folder, 'n').read_text())] * 3 or range")
    code = code.replace("return {", "Path(self.root_folder, 'n').read_text()\n        return {")
    path.write_text("from pathlib import Path\n" + code)
    (tmp_path / "n").write_text("7")
    report, _ = _run(lab, custom_root_folders={"database/numbers/1": str(tmp_path)})
    assert report.ok
    (result,) = results(lab.experiment(), lab.cache).values()
    assert result.as_dict()["total"] == 28  # three equal rows are one data unit


def test_no_warnings_are_logged_in_a_good_run(lab: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert _run(lab)[0].ok
    assert caplog.records == []
