"""`beat databases`: list, check and index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from beat.core import catalog
from beat.core.diagnosis import diagnose

from . import declared
from .checking import verdict
from .config import Configuration
from .console import ERRORS, reason
from .context import configuration, finish, talk
from .main import HELP, Abbreviated

if TYPE_CHECKING:
    from beat.core.database import Database


@click.group(cls=Abbreviated, context_settings=HELP)
def databases() -> None:
    """List, check and index databases."""


declared.add_commands(databases, "database")


@databases.command()
@click.argument("names", nargs=-1, metavar="[DATABASE[/PROTOCOL[/SET]]]...")
@click.option("--list", "show", is_flag=True, help="Show the index files that exist, in place of making any.")
@click.option("--delete", is_flag=True, help="Remove the index files, in place of making any.")
@click.option("--checksum", is_flag=True, help="Make the index files (the default).")
@click.option(
    "--db-root", type=click.Path(exists=True, file_okay=False, resolve_path=True), help="Folder of the raw data."
)
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array of the index files.")
@click.pass_context
def index(
    ctx: click.Context,
    names: tuple[str, ...],
    show: bool,
    delete: bool,
    checksum: bool,
    db_root: str | None,
    as_json: bool,
) -> None:
    """Index databases, all if none is named, so that experiments can read them.

    Example: beat databases index digits/1/identification
    """
    from beat.core.engine.capture import Capture
    from beat.core.engine.indexing import Indexer, index_path
    from beat.core.engine.log import Logs

    from .progress import Follower, quote

    config, voice = configuration(ctx), talk(ctx)
    voice.reserve_output()
    files: list[str] = []
    failures = 0
    with Follower(voice) as follow, Capture() as capture:
        logs = Logs(Path(config.state, "logs", "databases"), voice.warn)
        for database, protocol, set_name in _sets(ctx, names):
            if database is None:
                failures += 1
                continue
            path = index_path(config.cache, database.name, protocol, set_name)
            if show or delete:
                if not path.is_file():
                    continue
                if not show:
                    _remove(path, config)
            else:
                roots = {**config.database_paths, **({f"database/{database.name}": db_root} if db_root else {})}
                outcome = Indexer(config.cache, roots, capture, logs, follow).index(database, protocol, set_name)
                if outcome.failed:
                    quote(voice, outcome.user_error or outcome.system_error)
                    failures += 1
                    continue
            files.append(str(path))
    if as_json:
        voice.put_json(files)
    else:
        for file in files:
            voice.put(file)
    finish(ctx, failures, f"{failures} of the wanted indices could not be made" if failures else "")


def _sets(ctx: click.Context, names: tuple[str, ...]) -> Iterator[tuple[Database | None, str, str]]:
    """Walk over the sets that the user names; a name that is wrong is reported and gives ``(None, "", "")``."""
    from beat.core.database import Database
    from beat.core.engine.indexing import selected

    config = configuration(ctx)
    cache: dict[str, Any] = {}
    for wanted in names or catalog.names(config.path, "database"):
        parts = wanted.removeprefix("databases/").strip("/").split("/")
        complete = "/".join(parts[:2])
        found = [complete] if len(parts) >= 2 else catalog.expand(config.path, "database", complete)
        if not found or len(parts) > 4:
            talk(ctx).error(f"no database is called `{wanted}': a name is DATABASE/VERSION[/PROTOCOL[/SET]]")
            yield None, "", ""
            continue
        for name in found:
            try:
                database = Database(config.path, name, cache)
            except RuntimeError as error:
                raise click.ClickException(reason(error)) from error
            if database.errors:
                talk(ctx).say(verdict(f"databases/{name}", diagnose(config.path, database.problems)), ERRORS)
                yield None, "", ""
                continue
            try:
                for protocol, set_name in selected(database, *parts[2:4]):
                    yield database, protocol, set_name
            except KeyError as error:
                talk(ctx).error(error.args[0])
                yield None, "", ""


def _remove(path: Path, config: Configuration) -> None:
    """Delete an index file, and the folders above it that this leaves empty, up to the cache."""
    path.unlink()
    for folder in path.parents:
        if folder == Path(config.cache) or any(folder.iterdir()):
            break
        folder.rmdir()
