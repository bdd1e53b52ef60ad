"""What every command takes from the call that it is part of."""

from __future__ import annotations

from pathlib import Path

import click

from beat.core import catalog

from .config import Configuration
from .console import Talk


def configuration(ctx: click.Context) -> Configuration:
    """Give the configuration of this call.

    Raises
    ------
    click.ClickException
        When the prefix does not exist.
    """
    config: Configuration = ctx.meta["config"]
    if not Path(config.path).is_dir():
        flaw = "is no folder" if Path(config.path).exists() else "does not exist"
        raise click.ClickException(
            f"prefix folder `{config.path}' {flaw}: name yours with `beat --prefix DIR ...', "
            'or by the key "prefix" of a .beatrc file'
        )
    return config


def talk(ctx: click.Context) -> Talk:
    """Give the voice of this call."""
    voice: Talk = ctx.meta["talk"]
    return voice


def chosen(ctx: click.Context, kind: str, wanted: tuple[str, ...]) -> tuple[list[str], int]:
    """Find the objects that the user named, all of that kind if none.

    Returns
    -------
    tuple
        The names, in order, and how many of the wanted ones match nothing (each one is reported).
    """
    prefix = configuration(ctx).path
    if not wanted:
        return catalog.names(prefix, kind), 0
    found: dict[str, None] = {}
    missing = 0
    for text in wanted:
        matches = catalog.expand(prefix, kind, text)
        found.update(dict.fromkeys(matches))
        if not matches:
            missing += 1
            talk(ctx).error(f"no {kind} of {prefix} has a name that begins with `{text}'")
    return list(found), missing


def finish(ctx: click.Context, failures: int, message: str = "") -> None:
    """End the command: with status 1 and the message if anything failed."""
    if failures:
        if message:
            talk(ctx).error(message)
        ctx.exit(1)
