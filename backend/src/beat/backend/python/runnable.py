"""What algorithms and plotters share: parameters, and an object of the user's class."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar

from . import jsonio, loader, parameters
from .library import Library
from .usercode import UserCode

if TYPE_CHECKING:
    from .loader import Translator


class Runnable(UserCode):
    """Code of a user with parameters and a class that the platform calls.

    Parameters
    ----------
    prefix
        Folder of all declared objects.
    name
        Full name, ``user/name/version``.
    dataformat_cache
        Name to data format, shared between objects that are loaded together.
    library_cache
        The same for libraries.

    Raises
    ------
    RuntimeError
        When the name has another shape.
    """

    library_klass: ClassVar[type[Any]] = Library
    runner_klass: ClassVar[type[Any]]
    """Class of what `runner` makes."""

    def __init__(
        self,
        prefix: str,
        name: Any,
        dataformat_cache: dict[str, Any] | None = None,
        library_cache: dict[str, Any] | None = None,
    ) -> None:
        self._start(prefix)
        if self._read(name):
            self._link_dataformats({} if dataformat_cache is None else dataformat_cache)
            self._convert_parameters()
            self._link_libraries({} if library_cache is None else library_cache)

    def _link_dataformats(self, cache: dict[str, Any]) -> None:
        """Load the data formats that the declaration refers to."""
        raise NotImplementedError

    def _convert_parameters(self) -> None:
        self.errors += parameters.convert(self.parameters or {})

    @property
    def api_version(self) -> int:
        """Version of the interface between the platform and the user's class."""
        version: int = self._declared("api_version", 1)
        return version

    @property
    def parameters(self) -> dict[str, Any] | None:
        """Declarations of the parameters, types and values converted to numpy; setting them converts and checks."""
        declared: dict[str, Any] | None = self._declared("parameters")
        return declared

    @parameters.setter
    def parameters(self, value: dict[str, Any]) -> None:
        self.data["parameters"] = copy.deepcopy(value)
        self.errors[:] = [error for error in self.errors if not getattr(error, "path", "").startswith("/parameters/")]
        self._convert_parameters()

    def clean_parameter(self, parameter: str, value: Any) -> Any:
        """Make a value of the parameter's numpy type out of what a user gave.

        Raises
        ------
        KeyError
            When there is no such parameter.
        ValueError
            When the value cannot be converted, is not a choice or not within the range.
        """
        return parameters.clean(self.parameters, parameter, value)

    def json_dumps(self, indent: int | None = 4) -> str:
        """Write the declaration as JSON text, keys in their own order, types of parameters by their names."""
        return jsonio.dumps(parameters.plain(self.data), indent)

    def runner(self, klass: str, exc: Translator | None = None) -> Any:
        """Load the code anew and make an object of the user's class.

        Parameters
        ----------
        klass
            Name of the class.
        exc
            Makes the exception to raise out of each error; see `Runner`.

        Raises
        ------
        RuntimeError
            When this has no name, no known language, is not valid or not written in Python (`exc` applies).
        Exception
            Whatever the user's code raises (`exc` applies).
        """
        try:
            self._require_name()
            if self._declared("language") is not None:
                self._require_language()
            if not self.valid:
                raise RuntimeError(f"{self.noun} `{self.name}' is not valid:\n  * " + "\n  * ".join(self.errors))
            self._require_python()
            uses = self.uses_dict()
        except RuntimeError as error:
            if exc is None:
                raise
            raise exc(str(error)) from None
        module_name = self.name.replace("/", "_")
        module = loader.run(loader.load_module, "__new__", exc, module_name, self.storage.code.path, uses)
        return self.runner_klass(module, klass, self, exc)
