"""Pieces of error messages: lists that stay readable, and what a misspelt name was meant to be."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from beat.backend.python.problems import suggest

_SHOWN = 20
_LONGEST = 100
_COMPARISONS = 20_000


def listing(names: Collection[str]) -> str:
    """Join names by commas; of a long list, only the first ones."""
    shown = ", ".join(islice(names, _SHOWN))
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


class Speller:
    """Suggests a known name for each wrong one.

    Comparing thousands of wrong names with thousands of known ones would take hours, and nobody reads so many hints:
    there is an allowance of comparisons, and silence after it.
    """

    def __init__(self) -> None:
        self._allowance = _COMPARISONS

    def __call__(self, name: str, known: Collection[str]) -> str:
        """Give ``did you mean `echo'?``, or nothing when no known name is close."""
        self._allowance -= len(known)
        return suggest(name, known) if self._allowance >= 0 and len(name) <= _LONGEST else ""
