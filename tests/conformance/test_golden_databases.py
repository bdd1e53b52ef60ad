"""Databases and protocol templates against what beat.core 1.13.5 makes of them."""

import pytest

from beat.backend.python import viewindex
from beat.backend.python.data import load_data_index_db
from beat.backend.python.database import Database as BackendDatabase
from beat.backend.python.hash import hashDataset, toPath
from beat.backend.python.protocoltemplate import ProtocolTemplate as BackendProtocolTemplate
from beat.core.database import Database
from beat.core.protocoltemplate import ProtocolTemplate

CLASSES = {
    "databases": (Database, BackendDatabase),
    "protocoltemplates": (ProtocolTemplate, BackendProtocolTemplate),
}
KINDS = sorted(CLASSES)


@pytest.mark.parametrize("kind", KINDS)
def test_hashes(kind, golden, golden_prefix):
    expected = golden("hashes")["objects"][kind]
    assert expected
    for klass in CLASSES[kind]:
        assert {name: klass(str(golden_prefix), name).hash() for name in expected} == expected


@pytest.mark.parametrize("kind", KINDS)
def test_valid_objects_have_no_errors(kind, golden, golden_prefix):
    names = golden("errors")["valid"][kind]
    assert names
    for klass in CLASSES[kind]:
        assert {name: klass(str(golden_prefix), name).errors for name in names} == {name: [] for name in names}


@pytest.mark.parametrize("kind", KINDS)
def test_invalid_objects_have_errors_of_texts(kind, golden, golden_prefix):
    expected = golden("errors")["invalid"][kind]
    assert expected
    found = {name: CLASSES[kind][0](str(golden_prefix), name).errors for name in expected}
    assert {name: len(errors) > 0 for name, errors in found.items()} == dict.fromkeys(expected, True)
    for name, declared in expected.items():
        # The same place in the declaration, where one violation of the schema is all there is.
        if declared.get("where") and len(found[name]) == 1:
            assert found[name][0].startswith(declared["where"]), (name, found[name])


@pytest.mark.parametrize("kind", KINDS)
def test_runtime_never_raises_for_a_declaration(kind, golden, golden_prefix):
    for name in golden("errors")["invalid"][kind]:
        errors = CLASSES[kind][1](str(golden_prefix), name).errors
        assert all(isinstance(error, str) for error in errors)


@pytest.mark.parametrize("kind", KINDS)
def test_names(kind, golden, golden_prefix):
    rows = [row for row in golden("errors")["names"] if row["kind"] == kind]
    assert rows
    for row in rows:
        for klass in CLASSES[kind]:
            if row["raises"]:
                with pytest.raises(RuntimeError, match="invalid"):
                    klass(str(golden_prefix), row["name"])
            else:
                expected = [text.replace("<prefix>", str(golden_prefix)) for text in row["errors"]]
                assert klass(str(golden_prefix), row["name"]).errors == expected


def test_properties_of_databases(golden, golden_prefix):
    for name, expected in golden("objects")["objects"]["databases"].items():
        for klass in CLASSES["databases"]:
            database = klass(str(golden_prefix), name)
            assert database.name == expected["name"]
            assert database.schema_version == expected["schema_version"]
            assert database.description == expected["description"]
            assert database.documentation == expected["documentation"]
            assert database.environment == expected["environment"]
            assert database.protocol_names == expected["protocol_order"]
            for protocol, sets in expected["protocols"].items():
                assert sorted(database.set_names(protocol)) == sorted(sets)
                for set_name, declared in sets.items():
                    definition = database.view_definition(protocol, set_name)
                    assert definition["name"] == set_name
                    assert definition["view"] == declared["view"]
                    assert definition["outputs"] == declared["outputs"]
                    assert definition.get("parameters") == declared.get("parameters")
        assert (
            Database(str(golden_prefix), name).is_database_rawdata_access_enabled is expected["direct_rawdata_access"]
        )


def test_properties_of_protocol_templates(golden, golden_prefix):
    for name, expected in golden("objects")["objects"]["protocoltemplates"].items():
        for klass in CLASSES["protocoltemplates"]:
            template = klass(str(golden_prefix), name)
            assert template.name == expected["name"]
            assert template.schema_version == expected["schema_version"]
            assert template.description == expected["description"]
            assert template.documentation == expected["documentation"]
            assert {it["name"]: it["outputs"] for it in template.sets()} == expected["sets"]


def sets_of_the_golden_databases(golden):
    for label, expected in golden("index").items():
        database, protocol, set_name = label.rsplit("/", 2)
        yield database, protocol, set_name, expected


def test_index_files_are_equal_to_the_byte(golden, golden_prefix, golden_expected, tmp_path):
    for name, protocol, set_name, expected in sets_of_the_golden_databases(golden):
        path = toPath(hashDataset(name, protocol, set_name), ".db")
        assert path == expected["path"]
        Database(str(golden_prefix), name).view(protocol, set_name).index(str(tmp_path / path))
        assert (tmp_path / path).read_bytes() == (golden_expected / "index" / path).read_bytes()
        assert list(viewindex.load(tmp_path / path)[0]) == expected["columns"]


def test_unit_boundaries_of_index_files(golden, golden_expected):
    for _, _, _, expected in sets_of_the_golden_databases(golden):
        assert load_data_index_db(str(golden_expected / "index"), expected["path"]) == expected["load_data_index_db"]


@pytest.mark.parametrize("klass", CLASSES["databases"])
def test_data_of_every_output(klass, golden, golden_prefix, golden_expected):
    for name, protocol, set_name, expected in sets_of_the_golden_databases(golden):
        for pack in (False, True):
            view = klass(str(golden_prefix), name).view(protocol, set_name)
            view.setup(str(golden_expected / "index" / expected["path"]), pack=pack)
            assert sorted(view.data_sources) == sorted(expected["outputs"])
            for output, units in expected["outputs"].items():
                source = view.data_sources[output]
                assert source.data_indices() == [(unit["start"], unit["end"]) for unit in units]
                for (data, start, end), unit in zip(source, units, strict=True):
                    assert (start, end) == (unit["start"], unit["end"])
                    if pack:
                        assert data == bytes.fromhex(unit["hex"])
                    else:
                        assert data.as_dict() == unit["data"]
                        assert data.pack().hex() == unit["hex"]
