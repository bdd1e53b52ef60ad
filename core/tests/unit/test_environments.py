"""Packages of environments are told by a container, which never stays behind."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from beat.core.environments import enumerate_packages

LISTED = """# packages in environment at /opt/conda:
#
# Name      Version  Build   Channel
numpy       1.26.4   py311_0 conda-forge
zlib        1.3.1    h1

something went wrong with this line here
"""


class Host:
    """A host that remembers what it is asked for."""

    def __init__(self, output: str = LISTED, status: int = 0, error: Exception | None = None) -> None:
        self.processing_environments = {"Python 3 (1.0)": {}}
        self.output, self.status, self.error = output, status, error
        self.calls: list[Any] = []

    def create_container(self, image: str, command: list[str]) -> str:
        self.calls.append((image, *command))
        return "container"

    def start(self, container: str) -> None:
        self.calls.append("start")
        if self.error:
            raise self.error

    def wait(self, container: str) -> int:
        return self.status

    def logs(self, container: str) -> str:
        return self.output

    def rm(self, container: str) -> None:
        self.calls.append("rm")


def test_packages_are_listed() -> None:
    host = Host()
    assert enumerate_packages(host, "Python 3 (1.0)") == [
        {"name": "numpy", "version": "1.26.4"},
        {"name": "zlib", "version": "1.3.1"},
    ]
    assert host.calls == [("Python 3 (1.0)", "conda", "list"), "start", "rm"]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        (Host(), "Python 4 (1.0)"),
        (Host(error=RuntimeError("no such image")), "Python 3 (1.0)"),
        (Host(output="no conda", status=127), "Python 3 (1.0)"),
    ],
)
def test_what_goes_wrong_is_logged(host: Host, name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="beat.core"):
        assert enumerate_packages(host, name) == []
    assert len(caplog.records) == 1
    assert name in caplog.text
    assert host.calls[-1:] in ([], ["rm"])


def test_other_errors_remove_the_container_too() -> None:
    host = Host(error=OSError("no docker"))
    with pytest.raises(OSError, match="no docker"):
        enumerate_packages(host, "Python 3 (1.0)")
    assert host.calls[-1] == "rm"
