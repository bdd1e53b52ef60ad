"""How the verdict on an object is written."""

from __future__ import annotations

from collections.abc import Iterable


def verdict(name: str, errors: Iterable[str]) -> str:
    """Give ``<folder>/<name> [ok]`` or ``[invalid]`` and the errors."""
    return f"{name} [{'invalid' if errors else 'ok'}]" + listed(errors)


def listed(errors: Iterable[str]) -> str:
    """Give each error on lines of its own, with its hint, all behind a line feed."""
    lines = []
    for error in errors:
        lines.append("\n  * " + error.replace("\n", "\n    "))
        if hint := getattr(error, "hint", ""):
            lines.append(f"\n    {hint}")
    return "".join(lines)
