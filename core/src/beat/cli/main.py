"""The `beat` program: global options, and groups that load when they are called."""

from __future__ import annotations

import importlib
from importlib.metadata import EntryPoint, entry_points, version
from typing import NamedTuple

import click

from .config import Configuration
from .console import DEBUG, INFORMATION, Talk, reason


class Group(NamedTuple):
    """A group of this package, told without loading it."""

    module: str
    """Module of this package that has the group under its own name."""
    help: str
    """One line."""


GROUPS = {
    "algorithms": Group("declared", "List and check algorithms."),
    "cache": Group("cache", "Look into the cache of results."),
    "databases": Group("databases", "List, check and index databases."),
    "dataformats": Group("declared", "List and check data formats."),
    "experiments": Group("experiments", "List, check, run and plot experiments."),
    "libraries": Group("declared", "List and check libraries."),
    "plotterparameters": Group("declared", "List and check parameters of plotters."),
    "plotters": Group("declared", "List and check plotters."),
    "protocoltemplates": Group("declared", "List and check templates of protocols."),
    "toolchains": Group("declared", "List and check toolchains."),
}
"""Groups of this package, so that `beat --help` loads none of them."""

INTERRUPTED = 130
"""Exit status of a command that somebody has stopped, as shells have it for this signal."""

HELP = {"help_option_names": ["-?", "-h", "--help"]}


class Abbreviated(click.Group):
    """A group whose commands may be shortened to any unique beginning."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Complete a shortened name before click looks it up."""
        if args and args[0] not in (known := self.list_commands(ctx)):
            matches = [name for name in known if name.startswith(args[0])]
            if len(matches) > 1:
                ctx.fail(f"`{args[0]}' is ambiguous: {', '.join(sorted(matches))}")
            if matches:
                args = [matches[0], *args[1:]]
        return super().resolve_command(ctx, args)


class Program(Abbreviated):
    """The top level: groups of this package, and those that other distributions plug in under ``beat.cli``.

    A group of this package wins over a plug-in of the same name.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all groups, in order."""
        return sorted({*GROUPS, *(plugin.name for plugin in _plugins())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one group."""
        if cmd_name in GROUPS:
            module = importlib.import_module(f"beat.cli.{GROUPS[cmd_name].module}")
            group: click.Command = getattr(module, cmd_name)
            return group
        for plugin in _plugins():
            if plugin.name == cmd_name:
                return _load(plugin)
        return None

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what it could not foresee of files and objects ends in one line, unless debugging."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Error: interrupted", err=True)
            ctx.exit(INTERRUPTED)
        except (OSError, RuntimeError) as error:
            voice: Talk | None = ctx.meta.get("talk")
            if isinstance(error, BrokenPipeError | click.exceptions.Exit | click.Abort) or (
                voice and voice.verbosity >= DEBUG
            ):
                raise
            raise click.ClickException(reason(error)) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the groups without loading them."""
        rows = [(name, GROUPS[name].help if name in GROUPS else "(plug-in)") for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _plugins() -> list[EntryPoint]:
    return [plugin for plugin in entry_points(group="beat.cli") if not plugin.value.startswith("beat.cli.")]


def _load(plugin: EntryPoint) -> click.Command:
    try:
        command = plugin.load()
    except Exception as error:
        raise click.ClickException(f"plug-in `{plugin.name}' ({plugin.value}) cannot be loaded: {error!r}") from error
    if not isinstance(command, click.Command):
        raise click.ClickException(f"plug-in `{plugin.name}' ({plugin.value}) is no command")
    return command


@click.group(cls=Program, context_settings=HELP)
@click.option("-p", "--prefix", metavar="DIR", help="Folder of the declared objects.")
@click.option("-c", "--cache", metavar="DIR", help="Folder of the cache; a relative one stands in the prefix.")
@click.option("-v", "--verbose", count=True, help="Say more; repeat for still more.")
@click.option("-q", "--quiet", count=True, help="Say less; repeat for still less.")
@click.version_option(
    version("beat.core"),
    "--version",
    message=f"beat %(version)s (beat.backend.python {version('beat.backend.python')})",
)
@click.pass_context
def main(ctx: click.Context, prefix: str | None, cache: str | None, verbose: int, quiet: int) -> None:
    """Evaluate machine-learning algorithms reproducibly.

    Names of commands may be shortened: `beat exp run NAME`.
    """
    ctx.meta["config"] = Configuration({"prefix": prefix, "cache": cache})
    ctx.meta["talk"] = Talk(INFORMATION + verbose - quiet)
