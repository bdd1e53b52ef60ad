"""Databases and protocol templates of the platform: declaring, validating, exporting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from beat.core.database import BackendDatabase, Database, PTStorage, Storage, get_first_procotol_template
from beat.core.dataformat import DataFormat
from beat.core.protocoltemplate import BackendProtocolTemplate, ProtocolTemplate

FORMAT = "u/number/1"
SETS = [{"name": "train", "outputs": {"num": FORMAT}}]


def _save(prefix: Path, name: str, content: Any) -> None:
    path = prefix / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    _save(tmp_path, f"dataformats/{FORMAT}.json", {"value": "int32"})
    _save(tmp_path, "protocoltemplates/pairs/1.json", {"schema_version": 1, "sets": SETS})
    return tmp_path


def _first(*sets: dict[str, Any]) -> dict[str, Any]:
    return {"root_folder": "/data", "protocols": [{"name": "p", "template": "t", "sets": list(sets)}]}


def _set(name: str = "s", **changes: Any) -> dict[str, Any]:
    return {"name": name, "view": "V", "outputs": {"num": FORMAT}, **changes}


def _second(views: Any, template: str = "pairs/1") -> dict[str, Any]:
    protocol = {"name": "p", "template": template, "views": views}
    return {"schema_version": 2, "root_folder": "/data", "protocols": [protocol]}


def test_names_that_clients_import() -> None:
    assert issubclass(Database, BackendDatabase) and issubclass(ProtocolTemplate, BackendProtocolTemplate)
    assert (Storage.asset_folder, PTStorage.asset_folder) == ("databases", "protocoltemplates")


def test_declaration_is_kept_not_copied(prefix: Path) -> None:
    declaration = _first(_set())
    database = Database(str(prefix), declaration)
    assert database.errors == [] and database.data is declaration
    assert database.name == "__unnamed_database__" and database.storage is None
    assert isinstance(database.code, bytes) and b"FooView" in database.code
    assert isinstance(database.dataformats[FORMAT], DataFormat)
    assert "language" not in declaration
    with pytest.raises(RuntimeError, match="database has no name"):
        database.hash()
    with pytest.raises(RuntimeError, match="database has no name"):
        database.view("p", "s")


def test_pair_of_declaration_and_code(prefix: Path) -> None:
    database = Database(str(prefix), (_first(_set()), "class V: pass"))
    assert database.errors == [] and database.code == "class V: pass"
    database.name = "made/1"
    database.write()
    again = Database(str(prefix), ("made/1", "ignored"))
    assert again.errors == [] and again.code == b"class V: pass"
    assert type(again.view("p", "s").obj).__name__ == "V"
    with pytest.raises(ValueError):
        Database(str(prefix), (1, 2, 3))


def test_default_database_uses_the_first_valid_template(prefix: Path, tmp_path: Path) -> None:
    _save(prefix, "protocoltemplates/apart/1.json", {"schema_version": 1})
    (prefix / "protocoltemplates" / "about").mkdir()
    _save(prefix, "protocoltemplates/readme.txt", "no folder")
    _save(prefix, "protocoltemplates/.git/.hidden", "no template")
    _save(prefix, "protocoltemplates/a\\b/1.json", "a name that no template can have")
    _save(prefix, "protocoltemplates/pairs/2.json", {"schema_version": 1, "sets": SETS})
    assert get_first_procotol_template(str(prefix)) == "pairs/2"
    database = Database(str(prefix), None)
    assert database.errors == []
    assert database.protocol("foo")["template"] == "pairs/2"
    assert database.set_names("foo") == ["train"]


def test_no_template_for_a_default_database(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Database(str(tmp_path), None)
    (tmp_path / "protocoltemplates").mkdir()
    with pytest.raises(RuntimeError, match="no valid protocol template"):
        Database(str(tmp_path), None)


@pytest.mark.parametrize(
    ("declaration", "fragment"),
    [
        ({"root_folder": "/data"}, "'protocols' is a required property"),
        ({"root_folder": "/data", "protocols": []}, "/protocols: [] is too short"),
        (_first(_set(), _set(view="W")), "found different sets with the same name at protocol `p': s"),
        (_first(_set(view="a.b")), "does not match"),
        (
            _first(_set(outputs={"x": "u/none/1"})),
            "found error validating data format `u/none/1' for output `x' on set",
        ),
        (_second({"train": {"view": "V"}}, "none/1"), "Protocol template declaration file not found"),
        (_second({"a.b": {"view": "V"}}), "must be a class in the code of the database itself"),
        (_second({"a-b": {"view": "sub/V"}}), "must be a class in the code of the database itself"),
        ({**_first(_set()), "schema_version": 9}, "schema"),
        ([], "is not"),
    ],
)
def test_each_defect_is_one_error(prefix: Path, declaration: Any, fragment: str) -> None:
    errors = Database(str(prefix), declaration if declaration else (declaration, None)).errors
    assert len(errors) == 1 and fragment in errors[0]


def test_all_defects_are_collected_and_each_format_is_told_once(prefix: Path) -> None:
    declaration = _first(_set(outputs={"x": "u/none/1", "y": "u/none/1"}), _set(outputs={"z": "u/none/1"}))
    declaration["protocols"].append({**declaration["protocols"][0], "template": "other"})
    errors = Database(str(prefix), declaration).errors
    for fragment in ("found different protocols with the same name: p", "found error validating data format"):
        assert len([error for error in errors if fragment in error]) == 1
    assert len([error for error in errors if "found different sets with the same name" in error]) == 2
    assert len(errors) == 4


def test_entries_that_the_schema_lets_pass_do_no_harm(prefix: Path) -> None:
    database = Database(str(prefix), _second({"1x": 5, "train": {"view": "V"}}))
    assert database.errors == []
    assert database.view_definition("p", "train")["view"] == "V"


def test_missing_code_and_missing_declaration(prefix: Path) -> None:
    _save(prefix, "databases/bare/1.json", _first(_set()))
    assert Database(str(prefix), "bare/1").errors == [f"Database view code not found: {prefix}/databases/bare/1.py"]
    errors = Database(str(prefix), "absent/1").errors
    assert errors == [f"Database declaration file not found: {prefix}/databases/absent/1.json"]


def test_broken_code_is_told_when_a_view_is_wanted(prefix: Path) -> None:
    _save(prefix, "databases/bad/1.json", _first(_set()))
    _save(prefix, "databases/bad/1.py", "class V(:\n")
    database = Database(str(prefix), "bad/1")
    assert database.errors == []
    with pytest.raises(SyntaxError):
        database.view("p", "s")


def test_accessors(prefix: Path) -> None:
    environment = {"name": "Python", "version": "1"}
    declaration = {**_first(_set()), "environment": environment, "direct_rawdata_access": True}
    database = Database(str(prefix), declaration)
    assert database.environment == environment and database.is_database_rawdata_access_enabled is True
    assert Database(str(prefix), _first(_set())).is_database_rawdata_access_enabled is False
    assert Database(str(prefix), {}).is_database_rawdata_access_enabled is False
    assert Database(str(prefix), {}).protocol_names == []


def test_export(prefix: Path, tmp_path: Path) -> None:
    _save(prefix, "databases/two/1.json", _second({"train": {"view": "V"}}))
    _save(prefix, "databases/two/1.py", "class V: pass\n")
    target = tmp_path / "target"
    Database(str(prefix), "two/1").export(str(target))
    assert Database(str(target), "two/1").errors == []
    assert Database(str(target), "two/1").hash() == Database(str(prefix), "two/1").hash()


def test_default_template_is_valid_without_its_format(tmp_path: Path) -> None:
    template = ProtocolTemplate(str(tmp_path), None)
    assert template.errors == [] and template.name == "__unnamed_protocoltemplate__"
    assert [it["name"] for it in template.sets()] == ["name"] and template.dataformats == {}
    with pytest.raises(RuntimeError, match="protocol template has no name"):
        template.hash()


def test_template_exports_the_formats_that_exist(prefix: Path, tmp_path: Path) -> None:
    sets = [{"name": "train", "outputs": {"num": FORMAT, "x": "u/none/1"}}]
    _save(prefix, "protocoltemplates/half/1.json", {"schema_version": 1, "sets": sets})
    template = ProtocolTemplate(str(prefix), "half/1")
    assert template.errors == [] and list(template.dataformats) == [FORMAT]
    target = tmp_path / "target"
    template.export(str(target))
    assert DataFormat(str(target), FORMAT).errors == []
    assert ProtocolTemplate(str(target), "half/1").sets() == sets


@pytest.mark.parametrize(
    ("declaration", "fragment"),
    [
        ({"schema_version": 1}, "'sets' is a required property"),
        ({"schema_version": 1, "sets": []}, "is too short"),
        ({"schema_version": 1, "sets": [{"name": "1a", "outputs": {"x": FORMAT}}]}, "does not match"),
    ],
)
def test_invalid_templates(prefix: Path, declaration: Any, fragment: str) -> None:
    errors = ProtocolTemplate(str(prefix), declaration).errors
    assert len(errors) == 1 and fragment in errors[0]


def test_missing_template_shows_its_path(prefix: Path) -> None:
    path = f"{prefix}/protocoltemplates/absent/1.json"
    assert ProtocolTemplate(str(prefix), "absent/1").errors == [f"Protocol template declaration file not found: {path}"]
