"""What the groups of all nine kinds of declared objects have in common: list and check."""

from __future__ import annotations

import click

from beat.backend.python import jsonio
from beat.backend.python.problems import Problem
from beat.core import catalog
from beat.core.diagnosis import diagnose
from beat.core.loading import Loader, asset_class

from .checking import verdict
from .console import EXTRA, reason
from .context import chosen, configuration, finish, talk
from .main import GROUPS, HELP, Abbreviated


def add_commands(group: click.Group, kind: str) -> None:
    """Give a group the commands for objects of one kind."""
    folder = catalog.FOLDERS[kind]
    noun = asset_class(kind).noun

    @group.command("list", help=f"List the {folder} of the prefix.\n\nExample: beat {folder} list")
    @click.option("--json", "as_json", is_flag=True, help="Write a JSON array of the names.")
    @click.pass_context
    def list_(ctx: click.Context, as_json: bool) -> None:
        _list(ctx, kind, as_json)

    @group.command(
        help=f"Check {folder}, all if none is named; a name may be the beginning of names.\n\n"
        f"Each error is shown with the line of the file where it is.\n\nExample: beat {folder} check user/"
    )
    @click.argument("names", nargs=-1, metavar="[NAME]...")
    @click.option("--json", "as_json", is_flag=True, help=f"Write a JSON object: name of each {noun} to its errors.")
    @click.pass_context
    def check(ctx: click.Context, names: tuple[str, ...], as_json: bool) -> None:
        _check(ctx, kind, names, as_json)


def _list(ctx: click.Context, kind: str, as_json: bool) -> None:
    prefix, voice = configuration(ctx).path, talk(ctx)
    names = catalog.names(prefix, kind)
    if as_json:
        voice.put_json(names)
        return
    described = asset_class(kind)
    for name in names:
        voice.put(name)
        try:
            declaration = jsonio.load(described.storage_type(prefix, name).json.path)
        except (OSError, ValueError, RuntimeError) as error:
            flaw = reason(error).replace("\n", ": ")
            voice.warn(f"{kind} `{name}' cannot be read: {flaw}")
            continue
        if isinstance(declaration, dict) and (text := declaration.get(described.description_key)):
            voice.say(f"  {text}", EXTRA)
    voice.say(f"{len(names)} {catalog.FOLDERS[kind]}", EXTRA)


def _check(ctx: click.Context, kind: str, wanted: tuple[str, ...], as_json: bool) -> None:
    prefix, voice, folder = configuration(ctx).path, talk(ctx), catalog.FOLDERS[kind]
    names, unmatched = chosen(ctx, kind, wanted)
    load = Loader(prefix)
    findings = {}
    for name in names:
        findings[name] = diagnose(prefix, _problems(load, kind, name))
        if not as_json:
            voice.put(verdict(f"{folder}/{name}", findings[name]))
    if as_json:
        voice.put_json({name: [finding.as_dict() for finding in found] for name, found in findings.items()})
    invalid = sum(map(bool, findings.values()))
    finish(ctx, invalid + unmatched, f"{invalid} of {len(names)} {folder} are invalid" if invalid else "")


def _problems(load: Loader, kind: str, name: str) -> list[Problem]:
    try:
        return load(kind, name).problems
    except RuntimeError as error:
        # Also a file of the prefix may have a name that no object can have.
        return [Problem(str(error), kind="name")]


def _group(kind: str) -> click.Group:
    """Make the group of a kind that has no commands of its own."""
    folder = catalog.FOLDERS[kind]
    group = Abbreviated(folder, help=GROUPS[folder].help, context_settings=HELP)
    add_commands(group, kind)
    return group


algorithms = _group("algorithm")
dataformats = _group("dataformat")
libraries = _group("library")
plotterparameters = _group("plotterparameter")
plotters = _group("plotter")
protocoltemplates = _group("protocoltemplate")
toolchains = _group("toolchain")
