"""Views and their runners."""

from __future__ import annotations

import gc
import traceback
from types import ModuleType
from typing import Any

import pytest

from beat.backend.python.database import Database, Runner, View


class OwnError(Exception):
    """What a caller wants errors of user code to become."""


def _index(workshop: Any) -> str:
    return str(next(workshop.cache.rglob("*.db")))


def _reads(runner: Runner, output: str) -> list[tuple[int, int, int]]:
    assert runner.data_sources is not None
    return [(int(data.value), start, end) for data, start, end in runner.data_sources[output]]


def test_runner_before_and_after_its_set_up(workshop: Any) -> None:
    runner = workshop.index().view("p", "s")
    assert (runner.ready, runner.data_sources, runner.exc) == (False, None, RuntimeError)
    assert (runner.prefix, runner.root_folder) == (str(workshop.prefix), "/data")
    assert runner.definition["view"] == "Numbers"
    runner.setup(_index(workshop), pack=False)
    assert runner.ready and runner.nb_entries == 7
    assert sorted(runner.data_sources) == ["num", "who"]
    assert (runner.obj.start_index, runner.obj.end_index, runner.obj.root_folder) == (0, 6, "/data")
    assert runner.obj.parameters == {"people": "aaabbaa"}
    assert [entry.who for entry in runner.objects()] == list("aaabbaa")
    assert _reads(runner, "who") == [(97, 0, 2), (98, 3, 4), (97, 5, 6)]
    assert _reads(runner, "num") == [(i, i, i) for i in range(7)]


def test_data_is_packed_unless_refused(workshop: Any) -> None:
    runner = workshop.index().view("p", "s")
    runner.setup(_index(workshop))
    assert runner.data_sources["num"][2] == (b"\x02\x00\x00\x00", 2, 2)


def test_ranges_keep_absolute_indices(workshop: Any) -> None:
    runner = workshop.index().view("p", "s")
    runner.setup(_index(workshop), start_index=2, end_index=5, pack=False)
    assert _reads(runner, "who") == [(97, 2, 2), (98, 3, 4), (97, 5, 5)]
    assert _reads(runner, "num") == [(i, i, i) for i in range(2, 6)]


def test_second_set_up_does_nothing(workshop: Any) -> None:
    runner = workshop.index().view("p", "s")
    runner.setup(_index(workshop))
    sources = runner.data_sources
    runner.setup("/nowhere/at/all.db")
    assert runner.data_sources is sources


def test_set_up_leaves_the_garbage_collector_as_it_was(workshop: Any) -> None:
    runner = workshop.index().view("p", "s")
    gc.disable()
    try:
        runner.setup(_index(workshop))
        assert not gc.isenabled()
    finally:
        gc.enable()
    workshop.index().view("p", "s").setup(_index(workshop))
    assert gc.isenabled()


def test_missing_index_is_an_os_error(workshop: Any) -> None:
    runner = Database(str(workshop.prefix), "numbers/1").view("p", "s")
    with pytest.raises(OSError, match=r"nothing\.db"):
        runner.setup(str(workshop.cache / "nothing.db"))
    assert not runner.ready


def test_empty_index_is_told(workshop: Any) -> None:
    runner = workshop.index("Empty").view("p", "s", exc=OwnError)
    with pytest.raises(OwnError, match=r"view `Empty' of set `s': the index .* is empty"):
        runner.setup(_index(workshop))


@pytest.mark.parametrize("exc", [None, OwnError])
def test_errors_of_user_code_keep_their_line(workshop: Any, exc: Any) -> None:
    runner = workshop.index("Broken").view("p", "s", exc=exc)
    runner.setup(_index(workshop))
    with pytest.raises(exc or RuntimeError) as caught:
        runner.data_sources["num"][0]
    assert type(caught.value) is (exc or RuntimeError)
    assert isinstance(caught.value.args[0], LookupError)
    text = "".join(traceback.format_exception(caught.value))
    assert "# the line of the user" in text
    assert "databases/numbers/1.py" in text


def test_errors_of_a_set_up_are_translated(workshop: Any) -> None:
    runner = workshop.index("SetupFails").view("p", "s")
    with pytest.raises(RuntimeError, match="a file of the user"):
        runner.setup(_index(workshop))
    assert not runner.ready and runner.data_sources is None


def test_get_needs_a_set_up(workshop: Any) -> None:
    runner = workshop.index().view("p", "s", exc=OwnError)
    with pytest.raises(OwnError, match=r"setup\(\) comes before get\(\)"):
        runner.get("num", 0)


@pytest.mark.parametrize(
    ("view", "reason"), [("NoList", "must return a list, not a `tuple'"), ("Plain", "entry 0 is a `tuple' without")]
)
def test_index_that_cannot_be_written(workshop: Any, view: str, reason: str) -> None:
    workshop.database(workshop.declaration(view))
    runner = Database(str(workshop.prefix), "numbers/1").view("p", "s", exc=OwnError)
    with pytest.raises(OwnError, match=reason):
        runner.index(str(workshop.cache / "set.db"))
    assert workshop.results() == []


def test_index_with_a_bare_file_name(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workshop.cache)
    Database(str(workshop.prefix), "numbers/1").view("p", "s").index("set.db")
    assert (workshop.cache / "set.db").exists()


def test_missing_class_and_failing_constructor() -> None:
    module = ModuleType("numbers_1")
    definition = {"view": "Absent", "outputs": {}}
    with pytest.raises(AttributeError, match="Absent"):
        Runner(module, definition, "", "")
    with pytest.raises(OwnError, match="Absent"):
        Runner(module, definition, "", "", OwnError)
    module.Absent = lambda: 1 // 0
    with pytest.raises(ZeroDivisionError):
        Runner(module, definition, "", "")
    with pytest.raises(OwnError, match="division"):
        Runner(module, definition, "", "", OwnError)


def test_view_whose_base_was_not_constructed_maps_outputs_to_themselves() -> None:
    class Careless(View):
        def __init__(self) -> None:
            pass

    assert Careless().get_output_mapping("num") == "num"


def test_output_member_map_belongs_to_one_view() -> None:
    view = View()
    view.output_member_map["class"] = "cls"
    assert view.get_output_mapping("class") == "cls"
    assert View().get_output_mapping("class") == "class"


def test_base_view_asks_to_be_completed() -> None:
    with pytest.raises(NotImplementedError, match=r"View must define index\(\)"):
        View().index("", {})
    with pytest.raises(NotImplementedError, match=r"View must define get\(\)"):
        View().get("num", 0)


def test_code_runs_once_for_each_database(workshop: Any) -> None:
    code = "from beat.backend.python.database import View\n\n\nclass Numbers(View):\n    token = object()\n"
    workshop.database(code=code)
    database, other = (Database(str(workshop.prefix), "numbers/1") for _ in range(2))
    first, second = database.view("p", "s").obj, database.view("p", "s").obj
    assert first is not second and first.token is second.token
    assert other.view("p", "s").obj.token is not first.token
