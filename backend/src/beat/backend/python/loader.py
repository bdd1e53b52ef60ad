"""Loading and calling code of users."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import CodeType, ModuleType
from typing import Any

Translator = Callable[[Any], BaseException]
"""What makes a caller's own exception of a message or of another exception, which is its only argument."""


def load_module(name: str, path: str, uses: Mapping[str, Any]) -> ModuleType:
    """Load a file of Python code as a fresh module with the libraries it uses.

    The libraries are there before the code runs, each a module of its own: nothing is shared between two calls, and
    nothing enters ``sys.modules``.

    Parameters
    ----------
    name
        Name of the module.
    path
        File of the code; tracebacks show it.
    uses
        Alias to ``{"path": <file>, "uses": <the same again>}``, as `uses_dict()` of declared objects gives it.

    Raises
    ------
    Exception
        Whatever the code raises, unchanged: ``SyntaxError``, ``ImportError``...
    """
    module = ModuleType(name)
    module.__file__ = str(path)
    for alias, library in uses.items():
        setattr(module, alias, load_module(alias, library["path"], library["uses"]))
    with open(path, "rb") as file:
        code = _compiled(file.read(), str(path))
    exec(code, module.__dict__)  # noqa: S102 - to run code of users is what this module is for
    return module


@functools.lru_cache(maxsize=256)
def _compiled(source: bytes, path: str) -> CodeType:
    """Compile a file; the blocks of an experiment often share their code."""
    # Without `dont_inherit` the code would be compiled under the `__future__` statements of this module.
    return compile(source, path, "exec", dont_inherit=True)


def run(obj: Any, method: str, exc: Translator | None = None, *args: Any, **kwargs: Any) -> Any:
    """Call a method of an object made by a user.

    Parameters
    ----------
    obj
        The object; it is called itself when the method is ``__new__``.
    method
        Name of the method.
    exc
        Takes an ``Exception`` of the call (a missing method included) and gives the one to raise in its place, with
        the original traceback. Exits and interrupts are never translated.
    *args, **kwargs
        Arguments of the method.
    """
    try:
        if method == "__new__":
            return obj(*args, **kwargs)
        return getattr(obj, method)(*args, **kwargs)
    except Exception as error:
        if exc is None:
            raise
        raise exc(error).with_traceback(error.__traceback__) from error
