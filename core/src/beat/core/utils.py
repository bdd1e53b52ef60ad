"""Helper functions of the platform, with those of the runtime."""

from __future__ import annotations

import logging
import random
import socket
import string
import sys
import tempfile
from collections.abc import Hashable, Iterable, Mapping
from contextlib import closing
from typing import Any, TextIO, TypeVar

from beat.backend.python.utils import (
    AbstractStorage,
    CodeStorage,
    File,
    NumpyJSONEncoder,
    Prefix,
    Storage,
    error_on_duplicate_key_hook,
    extension_for_language,
    has_argument,
    hashed_or_simple,
    safe_rmdir,
    safe_rmfile,
)

__all__ = [
    "AbstractStorage",
    "CodeStorage",
    "File",
    "NumpyJSONEncoder",
    "Prefix",
    "Storage",
    "build_env_name",
    "error_on_duplicate_key_hook",
    "extension_for_language",
    "find_free_port",
    "find_free_port_in_range",
    "has_argument",
    "hashed_or_simple",
    "id_generator",
    "safe_rmdir",
    "safe_rmfile",
    "send_multipart",
    "setup_logging",
    "temporary_directory",
    "uniq",
]

Item = TypeVar("Item", bound=Hashable)


def temporary_directory(prefix: str = "beat_") -> str:
    """Create a temporary folder and give its path."""
    # The default folder of macOS makes paths too long for sockets, and containers cannot mount it.
    return tempfile.mkdtemp(prefix=prefix, dir="/tmp" if sys.platform == "darwin" else None)


def uniq(seq: Iterable[Item]) -> list[Item]:
    """Drop repetitions; the first occurrences stay, in their order."""
    return list(dict.fromkeys(seq))


def send_multipart(socket: Any, parts: list[str | bytes]) -> None:
    """Send a message of several parts over a ZeroMQ socket; texts are encoded as UTF-8, in place in the list."""
    parts[:] = [part.encode("utf-8") if isinstance(part, str) else part for part in parts]
    socket.send_multipart(parts)


def _bindable(port: int) -> int | None:
    """Bind to a TCP port for a moment; give its number (of a free one for 0), or nothing when it is taken."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return None
        bound: int = probe.getsockname()[1]
        return bound


def find_free_port() -> int:
    """Give a free TCP port.

    Raises
    ------
    RuntimeError
        When the system has none left.
    """
    port = _bindable(0)
    if port is None:
        raise RuntimeError("there is no free TCP port")
    return port


def find_free_port_in_range(min_port: int, max_port: int) -> int | None:
    """Give the first free TCP port of ``[min_port, max_port)``, or nothing when all of them are taken."""
    return next((port for port in range(min_port, max_port) if _bindable(port) is not None), None)


def id_generator(size: int = 6, chars: str = string.ascii_uppercase + string.ascii_lowercase + string.digits) -> str:
    """Give a random text of that many characters, whatever seed user code has set."""
    return "".join(random.SystemRandom().choices(chars, k=size))


_LEVELS = {
    1: (logging.INFO, logging.INFO),
    2: (logging.DEBUG, logging.INFO),
}


def setup_logging(
    verbosity: int, format_name: str, name: str | None = None, stream: TextIO | None = None
) -> logging.Logger:
    """Show the log of platform and runtime.

    Parameters
    ----------
    verbosity
        1 shows information; 2 also what is of use to find errors in the platform; 3 and more, in the runtime too.
        Anything else shows warnings only.
    format_name
        Name of the program, in each line.
    name
        The logger to give back.
    stream
        Where to write; standard error by default. Each call adds a writer.
    """
    quiet, loud = (logging.WARNING,) * 2, (logging.DEBUG,) * 2
    core_level, backend_level = loud if verbosity >= 3 else _LEVELS.get(verbosity, quiet)
    handler = logging.StreamHandler(stream)
    layout = f"[%(asctime)s - '{format_name.replace('%', '%%')}' - %(name)s] %(levelname)s: %(message)s"
    handler.setFormatter(logging.Formatter(layout, datefmt="%d/%b/%Y %H:%M:%S"))
    for logger_name, level in (("beat.core", core_level), ("beat.backend.python", backend_level)):
        logger = logging.getLogger(logger_name)
        logger.setLevel(level)
        logger.addHandler(handler)
    return logging.getLogger(name)


def build_env_name(env_data: Mapping[str, str] | None) -> str | None:
    """Give the readable name of an environment, ``<name> (<version>)``; nothing for no environment.

    Raises
    ------
    KeyError
        When `env_data` lacks its name or version.
    """
    return f"{env_data['name']} ({env_data['version']})" if env_data else None
