"""The slow answer: what is wrong with a declaration, in words.

A draft-4 validator of `jsonschema` with the wording of its release 3.2, which existing programs search for, and with
regular expressions that take linear time whatever text they meet. Imported only when there is something to explain.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from itertools import islice
from numbers import Real
from typing import Any

import jsonschema_rs
from jsonschema import Draft4Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from beat.backend.python.problems import Problem, json_path, suggest

from . import files

_MAX_ENTRIES = 100
_MAX_LINES = 200
_MAX_SHOWN = 400

Errors = Iterator[ValidationError]


# -- keywords ------------------------------------------------------------------------------------------------------


@functools.cache
def _expression(pattern: str) -> jsonschema_rs.Draft4Validator:
    return jsonschema_rs.Draft4Validator({"pattern": pattern})


def _matches(pattern: str, text: str) -> bool:
    """Search a regular expression as Python does, whose ``$`` also matches before a final line feed."""
    expression = _expression(pattern)
    try:
        return expression.is_valid(str(text)) or (text.endswith("\n") and expression.is_valid(str(text[:-1])))
    except UnicodeEncodeError:
        return False


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Errors:
    if isinstance(instance, str) and not _matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, schema: Any) -> Errors:
    if isinstance(instance, dict):
        for pattern, rule in patterns.items():
            for key, value in instance.items():
                if _matches(pattern, key):
                    yield from validator.descend(value, rule, path=key, schema_path=pattern)


def _extra_keys(instance: dict[str, Any], schema: Any) -> list[str]:
    known = schema.get("properties", {})
    patterns = sorted(schema.get("patternProperties", ()))
    return sorted(key for key in instance if key not in known and not any(_matches(each, key) for each in patterns))


def _additional_properties(validator: Any, allowed: bool, instance: Any, schema: Any) -> Errors:
    if allowed or not isinstance(instance, dict):
        return
    extras = _extra_keys(instance, schema)
    if not extras:
        return
    shown = ", ".join(map(repr, extras[:20])) + (f", and {len(extras) - 20} more" if len(extras) > 20 else "")
    if "patternProperties" in schema:
        patterns = ", ".join(map(repr, sorted(schema["patternProperties"])))
        yield ValidationError(
            f"{shown} {'does' if len(extras) == 1 else 'do'} not match any of the regexes: {patterns}"
        )
    else:
        verb = "was" if len(extras) == 1 else "were"
        yield ValidationError(f"Additional properties are not allowed ({shown} {verb} unexpected)")


def _enum(validator: Any, texts: list[str], instance: Any, schema: Any) -> Errors:
    # Only texts are listed in our schemas, and values of programs (arrays) may not like to be compared with them.
    if not isinstance(instance, str) or instance not in texts:
        yield ValidationError(f"{instance!r} is not one of {texts!r}")


def _frozen(value: Any) -> Any:
    """Make a JSON value hashable; numbers are equal by value, booleans are no numbers."""
    if isinstance(value, dict):
        return frozenset((key, _frozen(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    return (bool, value) if isinstance(value, bool) else value


def _unique_items(validator: Any, unique: bool, instance: Any, schema: Any) -> Errors:
    if unique and isinstance(instance, list) and len(set(map(_frozen, instance))) != len(instance):
        yield ValidationError(f"{instance!r} has non-unique elements")


def _multiple_of(validator: Any, factor: float, instance: Any, schema: Any) -> Errors:
    # All factors are whole numbers; as such they divide integers of any size, and NaN leaves a rest.
    if validator.is_type(instance, "number") and instance % int(factor) != 0:
        yield ValidationError(f"{instance!r} is not a multiple of {factor}")


def _is_number(checker: object, instance: object) -> bool:
    return isinstance(instance, Real) and not isinstance(instance, bool)


def _size_rule(json_type: str, sign: int, message: str) -> Any:
    """Make the rule of a smallest (sign -1) or largest (sign 1) size."""

    def rule(validator: Any, limit: int, instance: Any, schema: Any) -> Errors:
        if validator.is_type(instance, json_type) and sign * (len(instance) - limit) > 0:
            yield ValidationError(f"{instance!r} {message}")

    return rule


_Draft4 = extend(
    Draft4Validator,
    {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "enum": _enum,
        "multipleOf": _multiple_of,
        "uniqueItems": _unique_items,
        "minItems": _size_rule("array", -1, "is too short"),
        "maxItems": _size_rule("array", 1, "is too long"),
        "maxLength": _size_rule("string", 1, "is too long"),
        "minProperties": _size_rule("object", -1, "does not have enough properties"),
    },
    type_checker=Draft4Validator.TYPE_CHECKER.redefine("number", _is_number),
)


@functools.cache
def validator(name: str, version: int) -> Validator:
    """Give the explaining validator of a schema."""
    # References are followed once for all, since `jsonschema` would do so at every value.
    document = jsonschema_rs.dereference(files.schema(name, version), retriever=files.retrieve)
    made: Validator = _Draft4(document)
    return made


# -- entries -------------------------------------------------------------------------------------------------------


def _location(parts: Iterable[object]) -> str:
    return "/" + "/".join(map(str, parts))


def _message(error: ValidationError) -> str:
    """Give the message of an error, with a long value cut in its middle."""
    message: str = error.message
    shown = repr(error.instance)
    if len(shown) <= _MAX_SHOWN or not message.startswith(shown):
        return message
    half = _MAX_SHOWN // 2
    return f"{shown[:half]} ... {shown[-half:]}{message.removeprefix(shown)}"


def _lines(error: ValidationError, level: int = 0) -> Iterator[str]:
    """Write an error and, indented below it, why each alternative of a ``oneOf`` or ``anyOf`` does not fit."""
    rule = _location(error.relative_schema_path)
    yield f"{'  ' * level}{_location(error.absolute_path)}: {_message(error)} (rule: {rule})"
    for part in error.context or ():
        yield from _lines(part, level + 1)


def _closest_alternative(context: Iterable[ValidationError]) -> list[ValidationError]:
    """Give the errors of the alternative that comes closest: it was entered deepest, or has the fewest errors."""
    alternatives: dict[object, list[ValidationError]] = {}
    for error in context:
        alternatives.setdefault(error.relative_schema_path[0], []).append(error)

    def distance(errors: list[ValidationError]) -> tuple[bool, int]:
        wrong_type = any(error.validator == "type" and not error.relative_path for error in errors)
        return wrong_type, len(errors)

    return min(alternatives.values(), key=distance, default=[])


def _hint(error: ValidationError) -> str:
    """Say what would be right, where that can be guessed."""
    if error.context:
        closest = _closest_alternative(error.context)
        return "; ".join(_hint(each) or f"{_location(each.absolute_path)}: {_message(each)}" for each in closest[:3])
    if error.validator == "additionalProperties":
        known = [*error.schema.get("properties", ()), *error.schema.get("required", ())]
        return " ".join(filter(None, (suggest(key, known) for key in _extra_keys(error.instance, error.schema)[:3])))
    if error.validator == "enum" and isinstance(error.instance, str):
        return suggest(error.instance, [each for each in error.validator_value if isinstance(each, str)])
    return ""


def _place(error: ValidationError) -> str:
    """Give the JSON path of what is wrong: a key that should not be there, or where the closest alternative fails."""
    if error.context and (closest := _closest_alternative(error.context)):
        return _place(closest[0])
    if error.validator == "additionalProperties":
        extras = frozenset(_extra_keys(error.instance, error.schema))
        extra = next(key for key in error.instance if key in extras)
        if len(extra) <= _MAX_SHOWN:
            return json_path(*error.absolute_path, extra)
    return json_path(*error.absolute_path)


def _problem(error: ValidationError) -> Problem:
    lines = list(islice(_lines(error), _MAX_LINES + 1))
    if len(lines) > _MAX_LINES:
        lines[_MAX_LINES:] = ["  ..."]
    return Problem("\n".join(lines), path=_place(error), kind="schema", hint=_hint(error))


def _order(error: ValidationError) -> tuple[list[tuple[str, Any]], bool]:
    """Sort by place, and within a place what is missing before the rest."""
    return [(type(part).__name__, part) for part in error.absolute_path], error.validator != "required"


def explain(name: str, version: int, data: Any) -> list[Problem]:
    """List what is wrong with data, root first; an empty list for valid data.

    Raises
    ------
    RecursionError, TypeError, ValueError
        When data holds values that JSON does not have and that cannot be compared with those of a schema.
    """
    errors = list(islice(validator(name, version).iter_errors(data), _MAX_ENTRIES + 1))
    problems = [_problem(error) for error in sorted(errors[:_MAX_ENTRIES], key=_order)]
    if len(errors) > _MAX_ENTRIES:
        text = f"/: more than {_MAX_ENTRIES} entries are wrong, the others are not listed (rule: /)"
        problems.append(Problem(text, path="/", kind="schema"))
    return problems
