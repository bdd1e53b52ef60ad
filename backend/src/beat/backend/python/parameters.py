"""Parameters of algorithms and plotters: their declarations, converted and checked, and their values.

A parameter is declared by a type and, if it likes, a default, a range (start and end, both inside) or a list of
choices. `convert` makes numpy values of all of them; `clean` makes one of a value that a user gave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Number
from typing import Any

import numpy

from .problems import Problem, json_path, suggest

_PLAIN: dict[str, Callable[[Any], Any]] = {"b": bool, "i": int, "u": int, "f": float, "c": complex, "U": str}
"""Kind of a numpy type to the Python type through which values are converted, the same way for all numpy versions."""


def cast(value: Any, dtype: numpy.dtype[Any]) -> Any:
    """Make a numpy scalar of a value: texts are parsed, fractions dropped for integers, nothing wraps around.

    Raises
    ------
    ValueError
        When the value cannot become one, or is beyond the limits of the type.
    """
    if not isinstance(value, str | Number | numpy.generic):
        raise ValueError(f"a text, a number or a boolean is wanted, not a {type(value).__name__}")
    try:
        # Numpy's own complex numbers would lose their imaginary parts with no more than a warning.
        number = _PLAIN[dtype.kind](value.item() if isinstance(value, numpy.generic) else value)
    except (TypeError, OverflowError) as error:
        raise ValueError(str(error)) from error
    if dtype.kind in "iu":
        limits = numpy.iinfo(dtype)
        if not limits.min <= number <= limits.max:
            raise ValueError(f"{number} is not between {limits.min} and {limits.max}")
    with numpy.errstate(over="ignore"):
        result = dtype.type(number)
    if dtype.kind in "fc" and numpy.isfinite(number) and not numpy.isfinite(result):
        raise ValueError(f"{number} is larger than the largest {dtype.name}, {numpy.finfo(dtype).max}")
    return result


def shown(value: Any) -> str:
    """Write a value for people: without the name of its numpy type, texts in quotes, lists in brackets."""
    if isinstance(value, list):
        return f"[{', '.join(shown(item) for item in value)}]"
    return repr(str(value)) if isinstance(value, str) else str(value)


def _type_name(dtype: numpy.dtype[Any]) -> str:
    return "string" if dtype.kind == "U" else dtype.name


def plain(declaration: Any) -> Any:
    """Give a converted declaration the way JSON can hold it; the numpy encoder writes everything else.

    Complex numbers become texts, or numbers if they are real; infinities and what is no number become texts.
    """
    if isinstance(declaration, Mapping):
        return {key: plain(value) for key, value in declaration.items()}
    if isinstance(declaration, list):
        return [plain(value) for value in declaration]
    if isinstance(declaration, numpy.complexfloating):
        number = complex(declaration)
        return str(number) if number.imag else plain(number.real)
    if isinstance(declaration, float | numpy.floating) and not numpy.isfinite(declaration):
        return str(float(declaration))
    return declaration


def convert(parameters: Mapping[str, Any]) -> list[Problem]:
    """Convert the declarations of parameters in place, and tell what is wrong with them.

    Parameters
    ----------
    parameters
        Name to ``{"type", "default", "range", "choice", ...}``. Afterwards ``type`` is a `numpy.dtype` (strings:
        ``numpy.dtype("str")``) and the others hold values of that type, apart from those that could not be converted.
    """
    return [problem for name, declaration in parameters.items() for problem in _Declared(name, declaration).convert()]


class _Declared:
    """The declaration of one parameter while it is converted."""

    def __init__(self, name: str, declaration: dict[str, Any]) -> None:
        self.name = name
        self.declaration = declaration
        self.problems: list[Problem] = []

    def convert(self) -> list[Problem]:
        # As a text, so that a declaration already converted goes through again.
        declared = str(self.declaration.get("type"))
        try:
            self.dtype = numpy.dtype("str" if declared == "string" else declared)
        except TypeError:
            self._wrong(f"type of parameter `{self.name}' is not known: {declared}", "type", kind="type")
            return self.problems
        self.declaration["type"] = self.dtype
        bounds = self._range() if "range" in self.declaration else None
        choices = self._choice() if "choice" in self.declaration else None
        if "default" in self.declaration:
            self._default(bounds, choices)
        return self.problems

    def _wrong(self, text: str, *place: str, kind: str = "value", hint: str = "") -> None:
        path = json_path("parameters", self.name, *place)
        self.problems.append(Problem(text, path=path, kind=kind, hint=hint))

    def _cast(self, value: Any, what: str, *place: str) -> Any:
        """Convert one value; ``None`` when that fails, which is no value of any type."""
        try:
            return cast(value, self.dtype)
        except ValueError as error:
            type_name = _type_name(self.dtype)
            self._wrong(f"{what} for parameter `{self.name}' cannot be cast to type `{type_name}': {error}", *place)
            return None

    def _range(self) -> tuple[Any, Any] | None:
        declared = self.declaration["range"]
        if not isinstance(declared, list) or len(declared) != 2:
            text = f"range for parameter `{self.name}' is not a list of two values, start and end: {declared}"
            self._wrong(text, "range")
            return None
        start = self._cast(declared[0], "start of range", "range", "0")
        end = self._cast(declared[1], "end of range", "range", "1")
        if start is None or end is None:
            return None
        self.declaration["range"] = [start, end]
        if start >= end:
            text = f"range for parameter `{self.name}' has a start greater than or equal to the end value "
            self._wrong(f"{text}({shown(start)} >= {shown(end)})", "range")
            return None
        return start, end

    def _choice(self) -> list[Any] | None:
        declared = self.declaration["choice"]
        if not isinstance(declared, list) or not declared:
            self._wrong(
                f"choice for parameter `{self.name}' is not a list with one value at least: {declared}", "choice"
            )
            return None
        items = [self._cast(item, f"choice[{i}]", "choice", str(i)) for i, item in enumerate(declared)]
        if any(item is None for item in items):
            return None
        self.declaration["choice"] = items
        return items

    def _default(self, bounds: tuple[Any, Any] | None, choices: list[Any] | None) -> None:
        default = self._cast(self.declaration["default"], "default", "default")
        if default is None:
            return
        self.declaration["default"] = default
        if bounds and not bounds[0] <= default <= bounds[1]:
            text = f"default for parameter `{self.name}' ({shown(default)}) is not within parameter range "
            self._wrong(text + shown(list(bounds)), "default")
        if choices and default not in choices:
            text = f"default for parameter `{self.name}' ({shown(default)}) is not a valid choice `{shown(choices)}'"
            self._wrong(text, "default", hint=suggest(str(default), map(str, choices)))


def clean(parameters: Mapping[str, Any] | None, name: str, value: Any) -> Any:
    """Make a value for a parameter out of what a user gave, such as a value from JSON.

    Parameters
    ----------
    parameters
        Converted declarations.
    name
        Which of them.
    value
        The value; see `cast`.

    Raises
    ------
    KeyError
        When there is no such parameter.
    ValueError
        When the value cannot be converted, is not a choice or not within the range.
    """
    if not parameters or name not in parameters:
        raise KeyError(name)
    declaration = parameters[name]
    dtype = declaration["type"]
    try:
        result = cast(value, dtype)
    except ValueError as error:
        text = f"value {shown(value)} for parameter `{name}' cannot be cast to type `{_type_name(dtype)}': {error}"
        raise ValueError(text) from error
    choices = declaration.get("choice")
    if choices is not None and result not in choices:
        hint = suggest(str(result), map(str, choices))
        text = f"value {shown(result)} for parameter `{name}' is not a valid choice `{shown(choices)}'"
        raise ValueError(f"{text}; {hint}" if hint else text)
    bounds = declaration.get("range")
    if bounds is not None and not bounds[0] <= result <= bounds[1]:
        raise ValueError(f"value {shown(result)} for parameter `{name}' is not within parameter range {shown(bounds)}")
    return result
