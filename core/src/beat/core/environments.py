"""What is installed in the environments of a container host."""

from __future__ import annotations

import logging
from typing import Any

logger = logging.getLogger(__name__)


def enumerate_packages(host: Any, environment_name: str) -> list[dict[str, str]]:
    """List the packages of an environment, as ``conda list`` tells them in a container.

    Parameters
    ----------
    host
        Host of the containers.
    environment_name
        One of its ``processing_environments``.

    Returns
    -------
    list of dict
        ``{"name", "version"}`` of each package; empty, with a message in the log, when the environment is not known,
        or the program cannot be started or fails.
    """
    if environment_name not in host.processing_environments:
        logger.error("Environment `%s' not found", environment_name)
        return []
    container = host.create_container(environment_name, ["conda", "list"])
    try:
        host.start(container)
        status = host.wait(container)
        output = host.logs(container)
    except RuntimeError as error:
        logger.error("Cannot list the packages of environment `%s': %s", environment_name, error)
        return []
    finally:
        host.rm(container)
    if status != 0:
        logger.error("Cannot list the packages of environment `%s':\n%s", environment_name, output)
        return []
    return [package for line in output.splitlines() if (package := _package(line))]


def _package(line: str) -> dict[str, str] | None:
    """Read a line of ``conda list``: name, version, build and, unless it is the default one, channel."""
    fields = line.split()
    if line.startswith("#") or len(fields) not in (3, 4):
        return None
    return {"name": fields[0], "version": fields[1]}
