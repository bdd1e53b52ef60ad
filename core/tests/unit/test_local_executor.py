"""LocalExecutor: what comes of each way in which a block can end."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.data import CachedDataSource
from beat.core.execution import LocalExecutor


def _executor(lab: Any, block: str = "work", **options: Any) -> LocalExecutor:
    return LocalExecutor(str(lab.prefix), lab.configuration(block), str(lab.indexed()), **options)


def _outputs(lab: Any) -> list[str]:
    return [name for name in lab.files() if not name.endswith(".db")]


def test_success_has_all_keys_and_counts_the_data(lab: Any) -> None:
    with _executor(lab) as executor:
        result = executor.process()
    assert json.loads(json.dumps(result)) == result
    assert result["status"] == 0
    assert (result["stdout"], result["stderr"], result["user_error"], result["system_error"]) == ("", "", "", "")
    assert result["timed_out"] is False
    data = result["statistics"]["data"]
    assert data["blocks"] == {"read": 5, "write": 5}
    assert data["files"] == [{"hash": lab.configuration("work")["outputs"]["out"]["hash"], "size": 95, "blocks": 5}]
    assert set(data) == {"volume", "blocks", "time", "network", "files"}
    assert executor.outputs_exist
    source = CachedDataSource()
    assert source.setup(str(lab.cache / lab.configuration("work")["outputs"]["out"]["path"]) + ".data", str(lab.prefix))
    assert [int(unit[0].value) for unit in source] == [0, 2, 4, 6, 8]
    source.close()


def test_attributes_before_during_and_after(lab: Any) -> None:
    executor = _executor(lab)
    unused = ("working_dir", "message_handler", "executor_socket", "loop_executor", "loop_message_handler")
    for name in (*unused, "loop_socket", "zmq_context", "executor", "input_list", "output_list", "data_loaders"):
        assert getattr(executor, name) is None, name
    assert executor.data_sinks == []
    with executor:
        executor.process()
        assert executor.io_statistics["blocks"] == {"read": 5, "write": 5}
        assert executor.executor is not None
        assert executor.executor.progress() == (5, 5)
    assert executor.input_list is None
    assert executor.data_loaders == []
    assert (executor.analysis, executor.prefix, executor.cache) == (False, str(lab.prefix), str(lab.cache))
    assert executor.kill() is False


@pytest.mark.parametrize("phase", ["setup", "prepare"])
def test_phase_that_returns_false(lab: Any, phase: str) -> None:
    lab.algorithm("double", f"class Algorithm:\n    def {phase}(self, anything):\n        return False\n")
    with _executor(lab) as executor, pytest.raises(RuntimeError, match=f"^Algorithm lab/double/1 {phase} failed$"):
        executor.process()
    assert _outputs(lab) == []


@pytest.mark.parametrize("phase", ["setup", "prepare"])
def test_phase_that_raises(lab: Any, phase: str) -> None:
    lab.algorithm("double", f"class Algorithm:\n    def {phase}(self, anything):\n        raise KeyError('mine')\n")
    with _executor(lab) as executor, pytest.raises(RuntimeError) as caught:
        executor.process()
    text = str(caught.value)
    assert text.startswith(f"Algorithm lab/double/1 {phase} failed:")
    assert f'File "algorithms/lab/double/1.py", line 3, in {phase}' in text
    assert text.endswith("\nKeyError: 'mine'")
    assert str(lab.prefix) not in text
    assert _outputs(lab) == []


def test_constructor_that_raises(lab: Any) -> None:
    lab.algorithm("double", "class Algorithm:\n    def __init__(self):\n        raise ValueError('born wrong')\n")
    with _executor(lab) as executor, pytest.raises(RuntimeError, match=r"(?s)setup failed.*born wrong"):
        executor.process()


def test_syntax_error_names_file_and_line(lab: Any) -> None:
    lab.algorithm("double", "class Algorithm:\n    def process(self:\n        pass\n")
    with _executor(lab) as executor, pytest.raises(RuntimeError) as caught:
        executor.process()
    assert 'File "algorithms/lab/double/1.py", line 2' in str(caught.value)
    assert "SyntaxError" in str(caught.value)


def test_process_that_returns_false(lab: Any) -> None:
    lab.algorithm("double", "class Algorithm:\n    def process(self, i, d, o):\n        return False\n")
    with _executor(lab) as executor, pytest.raises(RuntimeError, match=r"^Algorithm lab/double/1 process failed$"):
        executor.process()
    assert _outputs(lab) == []


@pytest.mark.parametrize("error", ["ZeroDivisionError", "MemoryError", "SystemExit"])
def test_process_that_raises(lab: Any, error: str) -> None:
    lab.algorithm("double", f"class Algorithm:\n    def process(self, i, d, o):\n        raise {error}('at work')\n")
    with _executor(lab) as executor:
        result = executor.process()
    assert result["status"] == 1
    assert result["system_error"] == ""
    assert result["user_error"].splitlines()[0] == '  File "algorithms/lab/double/1.py", line 3, in process'
    assert result["user_error"].endswith(f"\n{error}: at work")
    assert set(result["statistics"]["data"]) == {"volume", "blocks", "time", "network", "files"}
    assert _outputs(lab) == []


def test_a_failed_block_leaves_nothing_although_its_output_was_complete(lab: Any) -> None:
    code = """
    class Algorithm:
        def process(self, inputs, data_loaders, outputs):
            outputs["out"].write({"value": 1})
            if not inputs.hasMoreData():
                raise ValueError("too late")
            return True
    """
    lab.algorithm("double", code)
    with _executor(lab) as executor:
        assert "too late" in executor.process()["user_error"]
    assert _outputs(lab) == []
    assert not executor.outputs_exist


def test_interrupt_passes_on_and_leaves_nothing(lab: Any) -> None:
    code = """
    class Algorithm:
        def process(self, inputs, data_loaders, outputs):
            outputs["out"].write({"value": 1})
            if not inputs.hasMoreData():
                raise KeyboardInterrupt
            return True
    """
    lab.algorithm("double", code)
    with pytest.raises(KeyboardInterrupt), _executor(lab) as executor:
        executor.process()
    assert _outputs(lab) == []


def test_output_never_written(lab: Any) -> None:
    lab.algorithm("double", "class Algorithm:\n    def process(self, i, d, o):\n        return True\n")
    with _executor(lab) as executor:
        result = executor.process()
    assert result["status"] == 1
    assert "did not write all data of its outputs: out" in result["user_error"]
    assert _outputs(lab) == []


def test_wrong_output_name_and_reading_ahead(lab: Any) -> None:
    lab.algorithm("double", 'class Algorithm:\n    def process(self, i, d, o):\n        o["no"].write({})\n')
    with _executor(lab) as executor:
        assert "'NoneType' object has no attribute 'write'" in executor.process()["user_error"]
    code = """
    class Algorithm:
        def process(self, inputs, data_loaders, outputs):
            outputs["out"].write({"value": 1})
            if not inputs.hasMoreData():
                inputs["in"].next()
            return True
    """
    lab.algorithm("double", code)
    with _executor(lab) as executor:
        assert "Not authorized" in executor.process()["user_error"]


def test_failing_view_shows_its_line(lab: Any) -> None:
    path = lab.prefix / "databases/numbers/1.py"
    path.write_text(path.read_text().replace("return {", "1 / 0  # in the view\n        return {"))
    with _executor(lab) as executor:
        result = executor.process()
    assert result["status"] == 1
    assert 'File "databases/numbers/1.py"' in result["user_error"]
    assert "1 / 0  # in the view" in result["user_error"]
    assert result["user_error"].endswith("ZeroDivisionError: division by zero")


def test_missing_input_and_index_raise_as_they_are(lab: Any) -> None:
    lab.cache.mkdir()
    for block in ("work", "more"):
        executor = LocalExecutor(str(lab.prefix), lab.configuration(block), str(lab.cache))
        with executor, pytest.raises(OSError):
            executor.process()
    assert _outputs(lab) == []


_LEGACY = """
class Algorithm:
    def process(self, inputs, outputs):
        outputs["out"].write({"value": inputs["in"].data.value * 2})
        return True
"""


def test_legacy_algorithms_run_with_one_warning(lab: Any, caplog: pytest.LogCaptureFixture) -> None:
    lab.algorithm("double", _LEGACY, type="legacy")
    with _executor(lab) as executor:
        assert executor.process()["status"] == 0
    text = "lab/double/1 is using LEGACY I/O API, please upgrade this algorithm as soon as possible"
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == [text]
    source = CachedDataSource()
    assert source.setup(str(lab.cache / lab.configuration("work")["outputs"]["out"]["path"]) + ".data", str(lab.prefix))
    assert [int(unit[0].value) for unit in source] == [0, 2, 4, 6, 8]
    source.close()


def test_limits_are_accepted_with_a_warning(lab: Any, caplog: pytest.LogCaptureFixture) -> None:
    with _executor(lab) as executor, caplog.at_level(logging.WARNING, "beat.core.execution.local"):
        assert executor.process(timeout_in_minutes=0.5)["status"] == 0
    assert "limits" in caplog.text


def test_invalid_configuration_cannot_be_processed(lab: Any) -> None:
    executor = LocalExecutor(str(lab.prefix), {"inputs": {}}, str(lab.indexed()))
    with pytest.raises(RuntimeError, match=r"^execution information is bogus:\n  \* "):
        executor.process()


def test_run_twice_in_the_same_way(lab: Any, tmp_path: Path) -> None:
    with _executor(lab) as executor:
        executor.process()
    first = lab.files()
    with _executor(lab) as executor:
        executor.process()
    assert lab.files() == first
