"""One block: an algorithm between its inputs and outputs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from beat.backend.python.data import CachedDataSource, load_data_index
from beat.backend.python.execution import AlgorithmExecutor
from beat.backend.python.execution.block import Block

COPY = """
def process(self, inputs, data_loaders, outputs):
    outputs["out"].write({"value": inputs["a"].data.value})
    return True
"""
SUM_UP = """
def process(self, data_loaders, outputs):
    loader = data_loaders.loaderOf("a")
    for i in range(loader.count()):
        data, start, end = loader[i]
        outputs["out"].write({"value": data["a"].value}, end)
    return True
"""
COUNT = """
def setup(self, parameters):
    self.n = 0
    return True

def process(self, inputs, data_loaders, output):
    self.n += 1
    if not inputs["a"].hasMoreData():
        output.write({"n": numpy.int32(self.n)})
    return True
"""
OUT = ["dd/ee/ff/out.0.6." + end for end in ("data", "data.checksum", "index", "index.checksum")]


def _block(workshop: Any, algorithm: Any, config: Any = None, output: str = "num", **view: Any) -> Block:
    database = workshop.index(**view)
    if config is None:
        config = workshop.configuration({"a": workshop.database_input(output)})
    return Block(config, algorithm, str(workshop.prefix), str(workshop.cache), databases={"numbers/1": database})


def _run(block: Block) -> bool:
    return block.setup() and block.prepare() and block.process()


def _values(workshop: Any) -> list[tuple[int, int, int]]:
    source = CachedDataSource()
    assert source.setup(str(workshop.cache / "dd/ee/ff/out.data"), str(workshop.prefix))
    return [(int(data.value), start, end) for data, start, end in source]


@pytest.mark.parametrize(("body", "kind"), [(COPY, "sequential"), (SUM_UP, "autonomous")])
def test_block_writes_what_its_algorithm_makes(workshop: Any, body: str, kind: str) -> None:
    block = _block(workshop, workshop.algorithm(body, kind), output="who")
    assert block.progress() == (0, 7) and not block.analysis
    assert block.runner is block.runner
    assert _run(block)
    assert block.progress() == (7, 7)
    assert _values(workshop) == [(97, 0, 2), (98, 3, 4), (97, 5, 6)]
    assert workshop.results() == OUT
    assert block.statistics()["blocks"] == {"read": 3 if kind == "sequential" else 0, "write": 3}


def test_split_runs_give_the_pieces_of_one_output(workshop: Any) -> None:
    algorithm = workshop.algorithm(COPY)
    for bounds in ([0, 2], [3, 6]):
        config = workshop.configuration({"a": workshop.database_input()}, range=bounds)
        assert _run(_block(workshop, algorithm, config))
    assert _values(workshop) == [(i, i, i) for i in range(7)]
    assert load_data_index(str(workshop.cache), "dd/ee/ff/out.data") == list(range(8))


def test_analyzer_writes_its_result(workshop: Any) -> None:
    algorithm = workshop.algorithm(COUNT, results={"n": {"type": "int32"}})
    config = workshop.configuration({"a": workshop.database_input()}, analyzer=True)
    block = _block(workshop, algorithm, config)
    assert block.analysis and _run(block)
    source = CachedDataSource()
    assert source.setup(str(workshop.cache / "dd/ee/ff/result.data"), str(workshop.prefix))
    ((data, start, end),) = source
    assert (int(data.n), start, end) == (7, 0, 6)


def test_channels_left_unread_do_not_matter(workshop: Any) -> None:
    config = workshop.configuration({"a": workshop.database_input(), "b": workshop.database_input("num", "side")})
    assert _run(_block(workshop, workshop.algorithm(COPY, inputs=("a", "b")), config))
    assert len(_values(workshop)) == 7


def test_progress_counts_data_indices(workshop: Any) -> None:
    body = COPY + "\ndef prepare(self, data_loaders):\n    return True\n"
    block = _block(workshop, workshop.algorithm(body), output="who")
    seen = []
    block.runner.obj.process = lambda inputs, loaders, outputs: (
        seen.append(block.progress()) or outputs["out"].write({"value": inputs["a"].data.value}) or True
    )
    assert _run(block)
    assert seen == [(3, 7), (5, 7), (7, 7)]


@pytest.mark.parametrize("kind", ["sequential", "autonomous"])
def test_false_ends_the_block_without_a_result(workshop: Any, kind: str) -> None:
    arguments = "self, data_loaders, outputs" if kind == "autonomous" else "self, inputs, data_loaders, outputs"
    block = _block(workshop, workshop.algorithm(f"def process({arguments}):\n    return False", kind))
    assert _run(block) is False
    assert workshop.results() == []


def test_errors_of_user_code_leave_no_files(workshop: Any) -> None:
    body = COPY.replace(
        "    return True", "    if inputs['a'].data.value == 3: raise LookupError('mine')\n    return True"
    )
    block = _block(workshop, workshop.algorithm(body))
    assert block.setup() and block.prepare()
    with pytest.raises(LookupError, match="mine"):
        block.process()
    assert workshop.results() == []


def test_missing_data_is_an_error_that_names_the_outputs(workshop: Any) -> None:
    block = _block(workshop, workshop.algorithm("def process(self, inputs, data_loaders, outputs):\n    return True"))
    assert block.setup() and block.prepare()
    with pytest.raises(RuntimeError, match="algorithm `w/step/1' did not write all data of its outputs: out"):
        block.process()
    assert workshop.results() == []


def test_all_outputs_are_closed_when_one_cannot_be(workshop: Any) -> None:
    block = _block(workshop, workshop.algorithm(COPY))
    closed = []

    class Failing:
        name = "full"

        def close(self) -> None:
            closed.append(self.name)
            raise OSError(28, "No space left on device")

    block.output_list.add(Failing())
    with pytest.raises(OSError, match="No space left"):
        block.close()
    assert closed == ["full"] and workshop.results() == []


def test_no_data_at_all_is_a_success_of_no_calls(workshop: Any) -> None:
    body = "def process(self, inputs, data_loaders, outputs):\n    raise LookupError('called')"
    config = workshop.configuration({"a": workshop.database_input()}, range=[7, 9])
    assert _run(_block(workshop, workshop.algorithm(body), config))
    assert workshop.results() == []


def test_loops_say_that_they_cannot_run_yet_before_anything_is_opened(workshop: Any) -> None:
    algorithm = workshop.algorithm(COPY)
    with pytest.raises(RuntimeError, match="algorithm `w/step/1': loops are not supported yet"):
        Block({"loop": {}}, algorithm, "", "")
    with pytest.raises(RuntimeError, match="loops are not supported yet"):
        Block({}, algorithm, "", "", loop_socket=object())


class Link:
    """One end of a link whose other end confirms everything."""

    def __init__(self, name: str, log: list[Any]) -> None:
        self.name = name
        self.log = log

    def send_multipart(self, frames: list[bytes]) -> None:
        self.log.append((self.name, *frames))

    def recv_multipart(self) -> list[bytes]:
        return [b"ack"]


def test_executor_of_a_process_reports_its_statistics(workshop: Any, tmp_path: Any) -> None:
    workshop.algorithm(COPY)
    database = workshop.index()
    config = workshop.configuration({"a": workshop.database_input()})
    (tmp_path / "configuration.json").write_text(json.dumps(config))
    log: list[Any] = []
    executor = AlgorithmExecutor(
        Link("main", log), str(tmp_path), database_cache={"numbers/1": database}, cache_root=str(workshop.cache)
    )
    assert (executor.schema_version, executor.analysis, executor.loop_channel) == (2, False, None)
    assert executor.runner is executor.block.runner and len(executor.input_list) == 1
    assert len(executor.data_loaders) == 0 and len(executor.output_list) == 1
    assert executor.setup() and executor.prepare() and executor.process()
    assert len(log) == 1 and log[0][:2] == ("main", b"don")
    assert json.loads(log[0][2])["blocks"] == {"read": 7, "write": 7}
    executor.db_socket = Link("database", log)
    executor.done({})
    assert [entry[0] for entry in log] == ["main", "database", "main"]


def test_blocks_load_no_data_format_that_their_objects_have(workshop: Any) -> None:
    first = _block(workshop, workshop.algorithm(COPY))
    assert _run(first)
    view_source = first.input_list["a"].data_source
    algorithm = workshop.algorithm(COPY)
    config = workshop.configuration({"a": {"channel": "main", "path": "dd/ee/ff/out"}})
    config["outputs"]["out"]["path"] = "dd/ee/ff/again"
    second = Block(config, algorithm, str(workshop.prefix), str(workshop.cache))
    shared = algorithm.dataformats["w/number/1"]
    assert second.input_list["a"].data_source.dataformat is shared
    assert second.data_sinks[0].dataformat is shared
    assert view_source.dataformat is view_source.view._dataformats["w/number/1"]
    second.discard()
