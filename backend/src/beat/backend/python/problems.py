"""What is wrong with a declared object, as a text that also knows its place and its remedy."""

from __future__ import annotations

from collections.abc import Iterable

MOST_HINTS = 3
"""How many of the remedies for another object are told."""


class Problem(str):
    """One defect of an object.

    It *is* the error text, so that a list of problems serves programs that search plain strings, and it carries the
    same fact in pieces for those that show it to people.

    Parameters
    ----------
    text
        The whole message.
    path
        JSON path of the place in the declaration, as `json_path` makes it, such as ``/blocks/echo/inputs``; ``/`` is
        the whole declaration, empty when there is no place. What is missing has the place where it should be, or that
        of what it is missing in.
    kind
        One word that tells the family: ``missing``, ``syntax``, ``schema``, ``reference``, ``recursion``, ``type``,
        ``name``, ``value``, ``language``, ``synchronization``, ``code``.
    hint
        What would be right; empty when the text says it already. By default, that of the causes.
    file
        File of the declaration that `path` belongs to; empty for a declaration that is in no file, or when it is that
        of the object which has this problem (`Asset.problems` fills it in).
    causes
        When it is another object that is wrong: its problems.
    """

    path: str
    kind: str
    hint: str
    file: str
    causes: tuple[Problem, ...]

    def __new__(  # noqa: D102 - described with the class
        cls,
        text: str,
        *,
        path: str = "",
        kind: str = "",
        hint: str = "",
        file: str = "",
        causes: Iterable[Problem] = (),
    ) -> Problem:
        self = super().__new__(cls, text)
        self.path = path
        self.kind = kind
        self.causes = tuple(causes)
        self.hint = hint or "; ".join(dict.fromkeys(cause.hint for cause in self.causes[:MOST_HINTS] if cause.hint))
        self.file = file
        return self

    @classmethod
    def of(cls, error: str, file: str = "") -> Problem:
        """Give an error as a problem of that file, unless it says itself which file it is in."""
        pieces = dict(error.__dict__) if isinstance(error, Problem) else {}
        return cls(str(error), **{**pieces, "file": pieces.get("file") or file})

    def as_dict(self) -> dict[str, str]:
        """Give `path`, `kind`, `message` and `hint`, for JSON."""
        return {"path": self.path, "kind": self.kind, "message": str(self), "hint": self.hint}

    def roots(self) -> list[Problem]:
        """Follow the causes to those problems that have none themselves; each is given once."""
        found: dict[tuple[str, str, str], Problem] = {}
        seen: set[tuple[str, str, str]] = set()
        pending = [*reversed(self.causes)]
        while pending:
            problem = pending.pop()
            # Many ways may lead to the same problem, and objects load each other's as copies.
            key = problem.file, problem.path, str(problem)
            if key in seen:
                continue
            seen.add(key)
            if problem.causes:
                pending.extend(reversed(problem.causes))
            else:
                found[key] = problem
        return list(found.values())

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """Keep place and remedy when pickled or copied."""
        return (str(self),), dict(self.__dict__)


def json_path(*parts: object) -> str:
    """Join keys and list indices to the JSON path of a place.

    It is a JSON pointer (RFC 6901), but for the whole document, which is ``/``: in a key ``~`` is written ``~0`` and
    ``/`` is written ``~1``, so that ``/globals/me~1echo~11/factor`` is the parameter of one algorithm.
    """
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def path_parts(path: str) -> list[str]:
    """Split a JSON path into the keys and list indices that `json_path` has joined."""
    parts = path.removeprefix("/").split("/") if path not in ("", "/") else []
    return [part.replace("~1", "/").replace("~0", "~") for part in parts]


def closest(name: str, known: Iterable[str]) -> str:
    """Find the known name that is most like another, empty when none is close."""
    import difflib  # late: most runs have no mistake to explain

    return next(iter(difflib.get_close_matches(name, list(known), n=1)), "")


def suggest(name: str, known: Iterable[str]) -> str:
    """Name the closest of the known names: ``did you mean `echo'?``, or nothing when none is close."""
    close = closest(name, known)
    return f"did you mean `{close}'?" if close else ""
