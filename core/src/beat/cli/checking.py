"""How the verdict on an object is written."""

from __future__ import annotations

from collections.abc import Iterable

import click

from .console import ERRORS, Talk


def print_check(name: str, errors: Iterable[str], voice: Talk | None = None) -> None:
    """Write ``<folder>/<name> [ok]`` or ``[invalid]`` and the errors, each with its hint.

    Parameters
    ----------
    voice
        Where to write: ``None`` is standard output, for commands whose result this is.
    """
    lines = [f"{name} [{'invalid' if errors else 'ok'}]"]
    for error in errors:
        lines.append("  * " + error.replace("\n", "\n    "))
        if hint := getattr(error, "hint", ""):
            lines.append(f"    {hint}")
    if voice is None:
        click.echo("\n".join(lines))
    else:
        voice.say("\n".join(lines), ERRORS)
