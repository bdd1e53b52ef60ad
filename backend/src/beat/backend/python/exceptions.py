"""The exceptions that cross from the runtime to its users."""

from __future__ import annotations


class RemoteException(Exception):
    """An error reported by the other end of a link.

    Parameters
    ----------
    kind
        ``sys`` for an error of the system; anything else is an error of user code. ``bytes`` are decoded.
    message
        The text of the error.
    """

    def __init__(self, kind: str | bytes, message: str | bytes) -> None:
        super().__init__()
        if isinstance(kind, bytes):
            kind = kind.decode("utf-8", "replace")
        if isinstance(message, bytes):
            message = message.decode("utf-8", "replace")
        self.system_error = message if kind == "sys" else ""
        self.user_error = "" if kind == "sys" else message

    def __str__(self) -> str:
        return f"(sys) {self.system_error}" if self.system_error else f"(usr) {self.user_error}"


class UserError(Exception):
    """An error of user code; its text is the ``repr`` of the value, quotes included."""

    def __init__(self, value: object) -> None:
        super().__init__(value)
        self.value = value

    def __str__(self) -> str:
        return repr(self.value)


class OutputError(Exception):
    """An output of a database view did not behave (see ``DatabaseTester``)."""


class CacheError(OSError):
    """An output cannot be written to the cache, because the disk is full for example: no user code is to blame."""
