import json
from pathlib import Path

import click
import pytest

from beat.cli.config import Configuration


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, and an empty current folder below it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def _save(folder: Path, **values: object) -> None:
    (folder / ".beatrc").write_text(json.dumps(values))


def test_defaults(home: Path) -> None:
    config = Configuration({})
    assert config.path == str(home / "here" / "prefix")
    assert config.cache == str(home / "here" / "prefix" / "cache")
    assert config.database_paths == {}


def test_the_nearer_source_wins(home: Path) -> None:
    _save(home, prefix="/far", cache="/cache", other=1)
    _save(home / "here", prefix="/near")
    config = Configuration({"prefix": "", "cache": "given"})
    assert config.path == "/near"
    assert config.cache == "/near/given"
    assert config.as_dict()["other"] == 1
    assert json.loads(str(config)) == config.as_dict()


def test_root_folders_count_from_the_folder_of_their_file(home: Path) -> None:
    _save(home, **{"database/faces/1": "data", "database/voices/1": "/data"})
    config = Configuration({})
    assert config.database_paths == {"database/faces/1": str(home / "data"), "database/voices/1": "/data"}


@pytest.mark.parametrize("content", ["{", "[]", '{"prefix": 3}', '{"database/faces/1": null}', b"\xff\xfe"])
def test_a_bad_file_is_named(home: Path, content: str | bytes) -> None:
    file = home / ".beatrc"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(click.ClickException, match=r"configuration file .*\.beatrc"):
        Configuration({})
