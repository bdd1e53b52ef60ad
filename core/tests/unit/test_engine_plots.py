"""engine.plots: which plotter draws, with which parameters, and what is left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from beat.core import engine
from beat.core.engine.events import BlockOutput
from beat.core.engine.plots import PlotReport, plot


@pytest.fixture
def done(lab: Any) -> Any:
    assert engine.run(lab.experiment(), cache=lab.cache).ok
    return lab


def _plot(lab: Any, folder: Path, **options: Any) -> PlotReport:
    (report,) = plot(lab.experiment(), lab.cache, folder, **options)
    return report


def _plotter(lab: Any, name: str, mark: str) -> None:
    source = lab.prefix / "plotters/lab/print/1"
    declaration = json.loads(source.with_suffix(".json").read_text())
    declaration["parameters"]["mark"]["default"] = mark
    lab.write(f"plotters/{name}", declaration, source.with_suffix(".py").read_text())


def test_a_plot_is_drawn_once(done: Any, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "plots"
    report = _plot(done, folder)
    path = folder / "lab_lab_line_1_main_curve.txt"
    assert report == PlotReport(str(path), "end", "curve", "lab/print/1", "drawn")
    assert path.read_text() == "lab/lab/line/1/main #[0.0, 4.0, 8.0, 12.0, 16.0]"
    assert sorted(file.name for file in folder.iterdir()) == [".plots.json", path.name]
    stamp = path.stat().st_mtime_ns
    assert _plot(done, folder).state == "unchanged"
    assert path.stat().st_mtime_ns == stamp
    assert json.loads(json.dumps(report.as_dict()))["state"] == "drawn"


def test_it_is_drawn_again_when_anything_changed(done: Any, tmp_path: Path) -> None:
    path = Path(_plot(done, tmp_path / "p").path)
    text = path.read_text()
    path.write_text("touched")
    assert _plot(done, tmp_path / "p").state == "drawn"
    assert path.read_text() == text
    path.unlink()
    assert _plot(done, tmp_path / "p").state == "drawn"
    code = done.prefix / "plotters/lab/print/1.py"
    code.write_text(code.read_text() + "\n")
    assert _plot(done, tmp_path / "p").state == "drawn"
    done.write("plotterparameters/lab/print/1", {"plotter": "lab/print/1", "data": {"mark": "!"}})
    assert _plot(done, tmp_path / "p").state == "drawn"
    assert "!" in path.read_text()
    sum_code = done.prefix / "algorithms/lab/sum/1.py"
    sum_code.write_text(sum_code.read_text().replace('"y": self.values', '"y": self.values[:2]'))
    assert engine.run(done.experiment(), cache=done.cache).ok
    assert _plot(done, tmp_path / "p").state == "drawn"
    (tmp_path / "p" / ".plots.json").write_text("[")
    assert _plot(done, tmp_path / "p").state == "drawn"
    assert _plot(done, tmp_path / "p").state == "unchanged"


def test_libraries_count(done: Any, tmp_path: Path) -> None:
    for name, uses in (("inner", {}), ("outer", {"inner": "lab/inner/1"})):
        done.write(f"libraries/lab/{name}/1", {"language": "python", "uses": uses}, "x = 1\n")
    path = done.prefix / "plotters/lab/print/1.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "uses": {"outer": "lab/outer/1"}}))
    assert [_plot(done, tmp_path / "p").state for _ in range(2)] == ["drawn", "unchanged"]
    (done.prefix / "libraries/lab/inner/1.py").write_text("x = 2\n")
    assert _plot(done, tmp_path / "p").state == "drawn"


def test_first_plotter_in_its_newest_version(done: Any, tmp_path: Path) -> None:
    _plotter(done, "lab/print/2", "two")
    _plotter(done, "lab/print/10", "ten")
    _plotter(done, "lab/zzz/11", "zzz")
    assert _plot(done, tmp_path / "p").plotter == "lab/print/10"
    (done.prefix / "plotters/lab/print/10.py").unlink()
    assert _plot(done, tmp_path / "p").plotter == "lab/print/2"
    _plotter(done, "lab/aaa/1", "aaa")
    assert _plot(done, tmp_path / "p").plotter == "lab/aaa/1"


def test_named_parameters_decide_the_plotter(done: Any, tmp_path: Path) -> None:
    _plotter(done, "lab/zzz/1", "zzz")
    done.write("plotterparameters/lab/mine/1", {"plotter": "lab/zzz/1", "data": {"mark": "mine"}})
    report = _plot(done, tmp_path / "p", parameters={"curve": "lab/mine/1"})
    assert report.plotter == "lab/zzz/1"
    assert "mine" in Path(report.path).read_text()
    with pytest.raises(RuntimeError, match=r"no plot is called `curv'.*has: curve"):
        _plot(done, tmp_path / "p", parameters={"curv": "lab/mine/1"})
    with pytest.raises(RuntimeError, match=r"(?s)`lab/absent/1' is not valid:.*not found"):
        _plot(done, tmp_path / "p", parameters={"curve": "lab/absent/1"})


def test_no_plotter_and_failing_plotters(done: Any, tmp_path: Path) -> None:
    code = done.prefix / "plotters/lab/print/1.py"
    good = code.read_text()
    for change, message in (
        (("return True", "return False"), r"failed on output `curve' of analyzer `end': its setup\(\)"),
        (('return "".join', 'return 1 or "".join'), "must return bytes or text, not a `int'"),
        (('return "".join', '1 / 0  # here\n        return "".join'), '(?s)File "plotters/lab/print/1.py".*# here'),
    ):
        code.write_text(good.replace(*change))
        with pytest.raises(RuntimeError, match=message):
            _plot(done, tmp_path / "p")
        assert list((tmp_path / "p").iterdir()) == []
    code.unlink()
    with pytest.raises(RuntimeError, match=r"(?s)`lab/print/1'.* is not valid:.*code not found"):
        _plot(done, tmp_path / "p")
    code.with_suffix(".json").unlink()
    with pytest.raises(RuntimeError, match="no plotter of the prefix draws the data format plot/curve/1"):
        _plot(done, tmp_path / "p")


def test_what_plotters_print_is_caught(done: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = done.prefix / "plotters/lab/print/1.py"
    code.write_text(code.read_text().replace('return "".join', 'print("drawing")\n        return "".join'))
    seen: list[Any] = []
    _plot(done, tmp_path / "p", on_event=seen.append)
    assert seen == [BlockOutput("end", "drawing\n")]
    assert capfd.readouterr() == ("", "")


def test_nothing_to_draw_before_the_run(lab: Any, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="`lab/lab/line/1/main' has no results yet: run it first"):
        plot(lab.experiment(), lab.cache, tmp_path / "p")
    assert not (tmp_path / "p").exists()
