"""How the verdict on an object is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beat.core.diagnosis import Finding


def verdict(name: str, findings: Sequence[Finding]) -> str:
    """Give ``<folder>/<name> [ok]`` or ``[invalid]`` and what is wrong."""
    return f"{name} [{'invalid' if findings else 'ok'}]" + listed(findings)


def listed(findings: Iterable[Finding]) -> str:
    """Give each finding on lines of its own, with its place, hint and causes, all behind a line feed."""
    return "".join(f"\n  {line}" for finding in findings for line in _lines(finding))


def _lines(finding: Finding) -> Iterator[str]:
    place = f"{finding.place}: " if finding.place else ""
    first, *more = str(finding.problem).split("\n")
    yield f"* {place}{first}"
    if finding.causes:
        # They say with their own places what the rest of the text says without.
        for cause in finding.causes:
            yield from (f"    {line}" for line in _lines(cause))
        return
    yield from (f"  {line}" for line in more)
    if finding.problem.hint:
        yield f"  {finding.problem.hint}"
