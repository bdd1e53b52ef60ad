"""Databases and protocol templates of the runtime: loading, looking up, exporting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from beat.backend.python.database import Database, Storage
from beat.backend.python.dataformat import DataFormat
from beat.backend.python.protocoltemplate import ProtocolTemplate
from beat.backend.python.protocoltemplate import Storage as TemplateStorage

FORMAT = "w/number/1"
SETS = [{"name": "train", "outputs": {"num": FORMAT}}, {"name": "test", "outputs": {"num": FORMAT}}]


class OwnError(Exception):
    """What a caller wants errors of user code to become."""


def _second(views: Any, template: str = "pairs/1") -> dict[str, Any]:
    protocol = {"name": "p", "template": template, "views": views}
    return {"schema_version": 2, "root_folder": "/data", "protocols": [protocol]}


def _load(workshop: Any) -> Database:
    return Database(str(workshop.prefix), "numbers/1")


@pytest.mark.parametrize(("storage", "what"), [(Storage, "database"), (TemplateStorage, "protocol template")])
@pytest.mark.parametrize("name", ["one", "a/b/1", "../1", "a/", ""])
def test_names_of_another_shape_are_refused(storage: Any, what: str, name: str) -> None:
    with pytest.raises(RuntimeError, match=f"invalid {what} name"):
        storage("/prefix", name)


def test_storages_know_their_files(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path), "numbers/1")
    assert (storage.name, storage.version, storage.fullname, storage.language) == (
        "numbers",
        "1",
        "numbers/1",
        "python",
    )
    assert storage.code.path == f"{tmp_path}/databases/numbers/1.py"
    assert storage.json.path == f"{tmp_path}/databases/numbers/1.json"
    template = TemplateStorage(str(tmp_path), "pairs/1")
    assert (template.name, template.version) == ("pairs", "1")
    assert template.json.path == f"{tmp_path}/protocoltemplates/pairs/1.json"


def test_first_version(workshop: Any) -> None:
    database = _load(workshop)
    assert database.errors == []
    assert (database.name, database.schema_version, database.environment) == ("numbers/1", 1, None)
    assert database.protocol_names == ["p"] and database.set_names("p") == ["s"]
    assert database.view_definition("p", "s") is database.set("p", "s") is database.data["protocols"][0]["sets"][0]
    assert isinstance(database.code, bytes) and database.code_path == database.storage.code.path
    assert list(database.dataformats) == [FORMAT]


def test_second_version_takes_its_sets_from_the_template(workshop: Any) -> None:
    workshop.template(SETS)
    views = {"train": {"view": "Numbers", "parameters": {}}, "test": {"view": "Numbers"}, "other": {"view": "X"}}
    workshop.database(_second(views))
    database = _load(workshop)
    assert database.errors == []
    assert database.set_names("p") == ["train", "test"]
    assert database.set("p", "train") == SETS[0]
    train = {"name": "train", "outputs": {"num": FORMAT}, "view": "Numbers", "parameters": {}}
    assert database.view_definition("p", "train") == train
    assert database.view_definition("p", "test") == {"name": "test", "outputs": {"num": FORMAT}, "view": "Numbers"}
    with pytest.raises(KeyError, match="has no set `other'"):
        database.view_definition("p", "other")


@pytest.mark.parametrize("views", [{"other": {"view": "X"}}, {"train": {"parameters": {}}}, {"train": 5}])
def test_set_without_a_view_is_a_key_error(workshop: Any, views: Any) -> None:
    workshop.template(SETS)
    workshop.database(_second(views))
    assert _load(workshop).errors == []
    with pytest.raises(KeyError, match="declares no view for set `train'"):
        _load(workshop).view_definition("p", "train")


def test_unknown_names_are_key_errors_with_a_hint(workshop: Any) -> None:
    database = _load(workshop)
    with pytest.raises(KeyError, match="has no protocol `x'; known are: p"):
        database.protocol("x")
    with pytest.raises(KeyError, match="has no set `t'"):
        database.set("p", "t")
    with pytest.raises(KeyError, match="has no protocol"):
        database.view("x", "s", exc=OwnError)


@pytest.mark.parametrize(
    ("files", "fragment"),
    [
        ({"declaration": "[]"}, "Database declaration file invalid"),
        ({"declaration": "nothing"}, "Database declaration file invalid"),
        ({"declaration": '{"root_folder": "/a", "root_folder": "/b"}'}, "Database declaration file invalid"),
        ({"declaration": {"root_folder": "/a"}}, "Database declaration file invalid"),
        ({"declaration": {"protocols": [{"name": "p", "sets": 5}]}}, "Database declaration file invalid"),
        ({"declaration": {"protocols": 5}}, "Database declaration file invalid"),
        ({"name": "numbers/2", "code": None}, "Database view code not found"),
        ({"declaration": _second({"train": {"view": "V"}})}, "Protocol template declaration file not found"),
        ({"declaration": _second({"train": {"view": "V"}}, "loose")}, "invalid protocol template name"),
        ({"declaration": _second({"train": {"view": "V"}}, "broken/1")}, "Protocol template declaration file invalid"),
    ],
)
def test_what_is_wrong_goes_to_the_errors(workshop: Any, files: Any, fragment: str) -> None:
    workshop.template(5, "broken/1")
    workshop.database(**files)
    database = Database(str(workshop.prefix), files.get("name", "numbers/1"))
    assert len(database.errors) == 1 and fragment in database.errors[0]
    with pytest.raises(OwnError, match=r"set `s' of protocol `p': database `numbers/\d' is not valid") as caught:
        database.view("p", "s", exc=OwnError)
    assert fragment in str(caught.value)


def test_missing_database_shows_its_path(workshop: Any) -> None:
    errors = Database(str(workshop.prefix), "absent/1").errors
    assert errors == [f"Database declaration file not found: {workshop.prefix}/databases/absent/1.json"]


def test_sets_of_a_missing_template_are_a_runtime_error(workshop: Any) -> None:
    workshop.database(_second({"train": {"view": "V"}}))
    with pytest.raises(RuntimeError, match="protocol template `pairs/1' of database `numbers/1' is not valid"):
        _load(workshop).sets("p")


def test_unknown_version_is_a_runtime_error(workshop: Any) -> None:
    workshop.database({"schema_version": 7})
    with pytest.raises(RuntimeError, match="cannot read schema version 7"):
        _load(workshop)


def test_invalid_data_format_is_no_error_of_the_runtime(workshop: Any) -> None:
    declaration = workshop.declaration()
    declaration["protocols"][0]["sets"][0]["outputs"]["who"] = "w/absent/1"
    workshop.database(declaration)
    database = _load(workshop)
    assert database.valid and not database.dataformats["w/absent/1"].valid


def test_data_formats_come_from_the_cache_and_enter_it(workshop: Any) -> None:
    cache: dict[str, Any] = {}
    first = Database(str(workshop.prefix), "numbers/1", cache)
    assert isinstance(cache[FORMAT], DataFormat)
    assert Database(str(workshop.prefix), "numbers/1", cache).dataformats[FORMAT] is first.dataformats[FORMAT]


@pytest.mark.parametrize("code", ["def broken(:\n", "raise ValueError('at once')\n"])
def test_errors_of_the_code_come_before_those_of_names(workshop: Any, code: str) -> None:
    workshop.database(code=code)
    with pytest.raises((SyntaxError, ValueError)):
        _load(workshop).view("x", "y")
    with pytest.raises(OwnError) as caught:
        _load(workshop).view("x", "y", exc=OwnError)
    assert isinstance(caught.value.args[0], SyntaxError | ValueError)


def test_root_folder_can_be_replaced(workshop: Any) -> None:
    assert _load(workshop).view("p", "s").root_folder == "/data"
    assert _load(workshop).view("p", "s", root_folder="/elsewhere").root_folder == "/elsewhere"


def test_export_takes_formats_and_templates_along(workshop: Any, tmp_path: Path) -> None:
    workshop.template(SETS)
    workshop.database(_second({"train": {"view": "Numbers"}}))
    target = tmp_path / "target"
    database = _load(workshop)
    database.documentation = "All about numbers"
    database.export(str(target))
    copy = Database(str(target), "numbers/1")
    assert copy.errors == [] and copy.hash() == database.hash()
    assert copy.documentation == "All about numbers"
    assert copy.code == database.code
    assert ProtocolTemplate(str(target), "pairs/1").errors == []
    assert DataFormat(str(target), FORMAT).errors == []


def test_export_refuses_its_own_prefix_and_invalid_databases(workshop: Any, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="own prefix"):
        _load(workshop).export(str(workshop.prefix))
    with pytest.raises(RuntimeError, match="not valid"):
        Database(str(workshop.prefix), "absent/1").export(str(tmp_path / "target"))


def test_protocol_template(workshop: Any) -> None:
    workshop.template(SETS)
    template = ProtocolTemplate(str(workshop.prefix), "pairs/1")
    assert template.errors == [] and template.sets() == SETS
    assert template.set("test") == SETS[1] and template.set("absent") is None
    assert list(template.dataformats) == [FORMAT]


def test_missing_protocol_template_has_no_sets(workshop: Any) -> None:
    template = ProtocolTemplate(str(workshop.prefix), "absent/1")
    path = f"{workshop.prefix}/protocoltemplates/absent/1.json"
    assert template.errors == [f"Protocol template declaration file not found: {path}"]
    assert template.sets() == [] and template.set("train") is None
