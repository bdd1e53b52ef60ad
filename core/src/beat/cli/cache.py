"""`beat cache`: look into the cache."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import Talk, reason
from .context import configuration, finish, talk
from .main import HELP, Abbreviated

if TYPE_CHECKING:
    from beat.core.cachecontents import Entry


@click.group(cls=Abbreviated, context_settings=HELP)
def cache() -> None:
    """Look into the cache of results."""


@cache.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--sizes", is_flag=True, help="Show the packed size of each object.")
@click.option("--start", type=int, help="Leave out what begins before this data index.")
@click.option("--end", type=int, help="Leave out what ends after this data index.")
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array of the entries.")
@click.pass_context
def info(
    ctx: click.Context, paths: tuple[str, ...], sizes: bool, start: int | None, end: int | None, as_json: bool
) -> None:
    """Tell what the entries of the cache hold, all if none is named; a PATH counts from the cache.

    Example: beat cache info --sizes
    """
    from beat.core.cachecontents import entries, entry

    folder, voice = configuration(ctx).cache, talk(ctx)
    if not Path(folder).is_dir():
        if Path(folder).exists():
            raise click.ClickException(f"the cache `{folder}' is no folder")
        voice.say(f"there is no cache `{folder}' yet")
    found = []
    failures = 0
    for path in paths or entries(folder):
        try:
            found.append(entry(folder, _stem(path, folder), start, end))
        except (OSError, RuntimeError) as error:
            voice.error(reason(error))
            failures += 1
            continue
        if not as_json:
            _print(voice, found[-1], sizes)
    if as_json:
        voice.put_json([asdict(item) for item in found])
    finish(ctx, failures)


def _stem(path: str, folder: str) -> str:
    """Take a path as a shell completes it: with the cache folder in front, or one of the files of an entry."""
    stem = path.removeprefix(folder + "/").strip("/")
    above, slash, name = stem.rpartition("/")
    return above + slash + name.split(".", 1)[0] if name.strip(".") else stem


def _print(voice: Talk, item: Entry, sizes: bool) -> None:
    count = len(item.units)
    voice.put(f"{item.path}  {item.format_name}  {count} {'object' if count == 1 else 'objects'}")
    total = 0
    for unit in item.units if sizes else ():
        total += unit.size
        span = f"[{unit.start}]" if unit.start == unit.end else f"[{unit.start}:{unit.end}]"
        voice.put(f"  {span} {unit.size} bytes, {total} in all")
