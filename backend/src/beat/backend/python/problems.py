"""What is wrong with a declared object, as a text that also knows its place and its remedy."""

from __future__ import annotations

from collections.abc import Iterable


class Problem(str):
    """One defect of an object.

    It *is* the error text, so that a list of problems serves programs that search plain strings, and it carries the
    same fact in pieces for those that show it to people.

    Parameters
    ----------
    text
        The whole message.
    path
        JSON path of the place in the declaration, such as ``/blocks/echo/inputs``; empty when there is none.
    kind
        One word that tells the family: ``missing``, ``syntax``, ``schema``, ``reference``, ``recursion``, ``type``,
        ``name``, ``value``, ``code``.
    hint
        What would be right; empty when the text says it already.
    """

    path: str
    kind: str
    hint: str

    def __new__(cls, text: str, *, path: str = "", kind: str = "", hint: str = "") -> Problem:  # noqa: D102
        self = super().__new__(cls, text)
        self.path = path
        self.kind = kind
        self.hint = hint
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str]]:
        """Keep place and remedy when pickled or copied."""
        return (str(self),), {"path": self.path, "kind": self.kind, "hint": self.hint}


def suggest(name: str, known: Iterable[str]) -> str:
    """Name the closest of the known names: ``did you mean `echo'?``, or nothing when none is close."""
    import difflib  # late: most runs have no mistake to explain

    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean `{close[0]}'?" if close else ""
