"""What went wrong in a block, told to the one who can repair it: the user's own frames, or those of the system."""

from __future__ import annotations

import os
import traceback
from types import TracebackType

from beat.backend.python import asset, loader
from beat.backend.python.exceptions import CacheError
from beat.backend.python.viewindex import DamagedIndexError

_USER_FOLDERS = ("algorithms", "libraries", "databases", "plotters")
"""Folders of a prefix that hold code of users."""
_OURS = (os.path.dirname(asset.__file__), os.path.dirname(os.path.dirname(__file__)))
"""Folders of the runtime and of the platform: their errors are texts for users, and their frames tell them nothing."""


class UserCodeError(RuntimeError):
    """User code did not do its part; the text is for its author."""


class NotSupportedError(RuntimeError):
    """The executor cannot run this kind of block."""


def user_error(error: BaseException, prefix: str) -> str | None:
    """Tell an error of user code to its author.

    Parameters
    ----------
    error
        The exception, with its traceback.
    prefix
        Folder of all declared objects.

    Returns
    -------
    str or None
        The traceback from the first frame in code of the prefix on, its paths relative to the prefix, and the line
        ``<ExceptionClass>: <message>``. What the runtime itself finds wrong with the code (a view that lists nothing,
        a class that is missing) has no frames. ``None`` when no code of the prefix is to blame.
    """
    if isinstance(error, CacheError | DamagedIndexError):
        return None
    for cause in _chain(error):
        frames = _user_frames(cause.__traceback__, prefix)
        if frames:
            return _render(frames, _unwrapped(cause), prefix)
    return _broken_source(error, prefix) or _refusal(error)


def describe(error: BaseException, prefix: str) -> str:
    """Tell any exception: the frames of user code if it passed through some, else its last frame, unless it is ours."""
    told = user_error(error, prefix)
    if told is not None:
        return told
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)[-1:] if not frame.filename.startswith(_OURS)]
    return _render(frames, error, prefix)


def system_error(error: BaseException) -> str:
    """Tell an error that no user code is to blame for.

    What can be expected of a machine is one line; anything else comes with its traceback, for a report to the
    developers.
    """
    summary = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError | DamagedIndexError):
        return summary
    return f"{summary}\n\n{''.join(traceback.format_exception(error))}"


def _chain(error: BaseException | None) -> list[BaseException]:
    """List an exception and its causes, the outermost first."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return chain


def _user_frames(tb: TracebackType | None, prefix: str) -> traceback.StackSummary:
    frames = traceback.extract_tb(tb)
    folders = tuple(os.path.join(prefix, folder, "") for folder in _USER_FOLDERS)
    for position, frame in enumerate(frames):
        if frame.filename.startswith(folders):
            while frames[-1].filename.startswith(_OURS):
                frames.pop()
            return traceback.StackSummary.from_list(frames[position:])
    return traceback.StackSummary()


def _unwrapped(error: BaseException) -> BaseException:
    """Take out the user's exception where the runtime has wrapped it with its traceback."""
    wrapped = error.args[0] if len(error.args) == 1 else None
    return wrapped if isinstance(wrapped, BaseException) else error


def _render(frames: traceback.StackSummary | list[traceback.FrameSummary], error: BaseException, prefix: str) -> str:
    lines = [*traceback.format_list(frames), *traceback.format_exception_only(error)]
    return "".join(lines).rstrip().replace(f'"{prefix.rstrip("/")}/', '"')


def _raised_by(error: BaseException, files: str | tuple[str, ...]) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename.startswith(files)


def _refusal(error: BaseException) -> str | None:
    """Tell what the runtime finds wrong with user code: it says so in a ``RuntimeError``, or misses a name there."""
    if _raised_by(error, loader.__file__):
        return _render([], _unwrapped(error), "")
    if type(error) is RuntimeError and _raised_by(error, _OURS):
        return str(error)
    return None


def _broken_source(error: BaseException, prefix: str) -> str | None:
    """Tell a syntax error in a file of the prefix: it has no frame there."""
    for cause in _chain(error):
        found = _unwrapped(cause)
        if isinstance(found, SyntaxError) and (found.filename or "").startswith(prefix):
            return _render([], found, prefix)
    return None
