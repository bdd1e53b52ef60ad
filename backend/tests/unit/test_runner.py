"""The contract between the platform and the class of a user."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy
import pytest

from beat.backend.python import algorithm as algorithm_module
from beat.backend.python import parameters, runner
from beat.backend.python.exceptions import UserError
from beat.backend.python.runner import Runner

PROCESSED = {"inputs": "I", "data_loaders": "D", "outputs": "O", "output": "o"}


class Declaration:
    """What a runner asks of an algorithm, without files."""

    noun = "algorithm"

    def __init__(self, type: str, analyzer: bool = False, **declared: Any) -> None:
        self.api_version = 1 if type == "v1" else 2
        self.type = "legacy" if type == "v1" else type
        self.isAnalyzer = analyzer
        self.is_autonomous = type.startswith("autonomous")
        self.parameters = declared or None
        parameters.convert(declared)

    def clean_parameter(self, name: str, value: Any) -> Any:
        return parameters.clean(self.parameters, name, value)


class Loaders:
    def secondaries(self) -> str:
        return "secondaries"


class Recorder:
    """A user's class that tells what it is called with."""

    def process(self, *arguments: Any) -> Any:
        return arguments


class WithChannel:
    def process(self, one: Any, two: Any, three: Any = None, loop_channel: Any = None) -> Any:
        return one, two, three, loop_channel


class Evaluator:
    def validate(self, result: Any) -> Any:
        return result, {"got": result}

    def write(self, outputs: Any, processor_output_name: Any, end_data_index: Any) -> Any:
        return outputs, processor_output_name, end_data_index

    def read(self, inputs: Any) -> Any:
        return inputs


class Parameterized:
    answer: Any = True
    seen: Any = None
    extra = "mine"

    def setup(self, parameters: dict[str, Any]) -> Any:
        self.seen = parameters
        return self.answer

    def process(self, inputs: Any, data_loaders: Any, outputs: Any) -> Any:
        return True


class Prepared:
    def __init__(self) -> None:
        self.answers: list[Any] = [0, "ready"]

    def prepare(self, data_loaders: Any) -> Any:
        self.given = data_loaders
        return self.answers.pop(0)

    def process(self, *arguments: Any) -> Any:
        return arguments


class Failing:
    def setup(self, parameters: dict[str, Any]) -> Any:
        return True

    def process(self, *arguments: Any) -> Any:
        raise ZeroDivisionError("in the code of a user")


def make(klass: type, type: str = "sequential", exc: Any = None, analyzer: bool = False, **declared: Any) -> Any:
    module = ModuleType("me_it_1")
    module.Algorithm = klass
    declaration: Any = Declaration(type, analyzer, **declared)
    return Runner(module, "Algorithm", declaration, exc)


def raises(call: Callable[[], Any], kind: type[Exception], exc: Any) -> str:
    """Give the message with which a call fails, in its own class or through `exc`."""
    with pytest.raises(exc or kind) as caught:
        call()
    (argument,) = caught.value.args
    assert isinstance(argument, str)
    return argument


def test_one_class_under_all_its_names() -> None:
    assert algorithm_module.Runner is runner.Runner


# -- building ------------------------------------------------------------------------------------------------------


def test_other_attributes_are_those_of_the_object() -> None:
    made = make(Parameterized)
    assert (made.name, made.extra, made.exc) == ("me_it_1", "mine", None)
    assert isinstance(made.obj, Parameterized)
    with pytest.raises(AttributeError):
        _ = made.absent


def test_a_missing_class_and_a_failing_constructor() -> None:
    class Broken:
        def __init__(self) -> None:
            raise OSError("no")

    declaration: Any = Declaration("sequential")
    with pytest.raises(AttributeError):
        Runner(ModuleType("m"), "Algorithm", declaration)
    with pytest.raises(UserError) as caught:
        Runner(ModuleType("m"), "Algorithm", declaration, UserError)
    assert isinstance(caught.value.value, AttributeError)
    with pytest.raises(OSError):
        make(Broken)
    with pytest.raises(UserError) as caught:
        make(Broken, exc=UserError)
    assert isinstance(caught.value.value, OSError)


def test_prepare_is_a_reserved_name(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "beat.backend.python.algorithm"):
        made = make(Prepared, "v1")
    assert made.prepared
    assert caplog.record_tuples == [
        (
            "beat.backend.python.algorithm",
            logging.WARNING,
            "Prepare is a reserved function name starting with API V2",
        )
    ]


# -- setup ---------------------------------------------------------------------------------------------------------


def test_setup_completes_and_converts() -> None:
    made = make(Parameterized, n={"type": "uint8", "default": 3}, s={"type": "string", "default": "x"})
    assert not made.ready
    assert made.setup({"n": "7"}) is True
    assert made.obj.seen == {"n": 7, "s": "x"}
    assert [type(value) for value in made.obj.seen.values()] == [numpy.uint8, numpy.str_]


def test_the_return_value_of_setup_counts() -> None:
    made = make(Parameterized)
    made.obj.answer = 0
    assert made.setup({}) == 0
    assert not made.ready
    made.obj.answer = "yes"
    assert made.setup({}) == "yes"
    made.obj.answer = "again"
    assert made.setup({"unknown": 1}) == "yes"


def test_without_setup_parameters_are_not_looked_at() -> None:
    made = make(Recorder, n={"type": "uint8"})
    assert made.ready is True
    assert made.setup({"unknown": 1}) is True


@pytest.mark.parametrize("exc", [None, UserError])
def test_parameters_that_do_not_fit(exc: Any) -> None:
    made = make(Parameterized, exc=exc, width={"type": "uint8", "range": [1, 9]})
    assert "did you mean `width'" in raises(lambda: made.setup({"widht": 1}), KeyError, exc)
    assert "`far'" in raises(lambda: make(Parameterized, exc=exc).setup({"far": 1}), KeyError, exc)
    for value in (10, 256, "x", None):
        assert "`width'" in raises(lambda value=value: made.setup({"width": value}), ValueError, exc)
    assert "`width'" in raises(lambda: made.setup({}), KeyError, exc)
    assert not made.ready


# -- prepare -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "whole"),
    [
        ("sequential", True),
        ("legacy", True),
        ("sequential_loop_processor", True),
        ("sequential_loop_evaluator", True),
        ("autonomous_loop_evaluator", True),
        ("autonomous", False),
        ("autonomous_loop_processor", False),
    ],
)
def test_what_prepare_gets(type: str, whole: bool) -> None:
    made = make(Prepared, type)
    loaders = Loaders()
    assert made.prepare(loaders) == 0
    assert not made.prepared
    assert made.prepare(loaders) == "ready"
    assert made.obj.given == (loaders if whole else "secondaries")
    assert made.prepare(None) == "ready"


@pytest.mark.parametrize("exc", [None, UserError])
def test_the_order_of_calls(exc: Any) -> None:
    class Both(Prepared, Parameterized):
        pass

    made = make(Both, exc=exc)
    assert "setup" in raises(lambda: made.prepare(Loaders()), RuntimeError, exc)
    assert "setup" in raises(lambda: made.process(**PROCESSED), RuntimeError, exc)
    made.setup({})
    assert "prepared" in raises(lambda: made.process(**PROCESSED), RuntimeError, exc)
    made.prepare(Loaders())
    made.prepare(Loaders())
    assert made.process(**PROCESSED) == ("I", "D", "O")


# -- process -------------------------------------------------------------------------------------------------------

PROCESS = [
    ("v1", False, ("I", "O"), ("inputs", "outputs")),
    ("legacy", False, ("I", "O"), ("inputs", "outputs")),
    ("legacy", True, ("I", "o"), ("inputs", "output")),
    ("sequential", False, ("I", "D", "O"), ("inputs", "data_loaders", "outputs")),
    ("sequential", True, ("I", "D", "o"), ("inputs", "data_loaders", "output")),
    ("autonomous", False, ("D", "O"), ("data_loaders", "outputs")),
    ("autonomous", True, ("D", "o"), ("data_loaders", "output")),
]


@pytest.mark.parametrize("exc", [None, UserError])
@pytest.mark.parametrize(("type", "analyzer", "expected", "needed"), PROCESS)
def test_arguments_of_process(type: str, analyzer: bool, expected: Any, needed: Any, exc: Any) -> None:
    made = make(Recorder, type, exc, analyzer)
    for _ in range(2):
        assert made.process(**PROCESSED) == expected
        for name in needed:
            assert name in raises(lambda name=name: made.process(**{**PROCESSED, name: None}), RuntimeError, exc)


@pytest.mark.parametrize("exc", [None, UserError])
@pytest.mark.parametrize(
    ("type", "expected"),
    [
        ("sequential_loop_processor", ("I", "D", "O", "C")),
        ("autonomous_loop_processor", ("D", "O", None, "C")),
        ("sequential", ("I", "D", "O", "C")),
    ],
)
def test_a_loop_channel_is_wanted_by_signature(type: str, expected: Any, exc: Any) -> None:
    class Positional(WithChannel):
        def process(self, *arguments: Any, loop_channel: Any = None) -> Any:
            return arguments

    made = make(Positional, type, exc)
    assert made.process(**PROCESSED, loop_channel="C") == tuple(item for item in expected if item)
    assert "loop_channel" in raises(lambda: made.process(**PROCESSED), RuntimeError, exc)


@pytest.mark.parametrize("exc", [None, UserError])
@pytest.mark.parametrize("type", ["sequential", "autonomous", "sequential_loop_processor"])
def test_a_loop_channel_that_process_does_not_take(type: str, exc: Any) -> None:
    made = make(Recorder, type, exc)
    for _ in range(2):
        assert "loop_channel" in raises(lambda: made.process(**PROCESSED, loop_channel="C"), RuntimeError, exc)


def test_legacy_algorithms_ignore_a_loop_channel() -> None:
    assert make(Recorder, "v1").process(**PROCESSED, loop_channel="C") == ("I", "O")
    assert make(WithChannel, "legacy").process(**PROCESSED, loop_channel="C") == ("I", "O", None, None)


def test_errors_of_process() -> None:
    made = make(Failing)
    made.setup({})
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            made.process(**PROCESSED)
    made = make(Failing, exc=UserError)
    made.setup({})
    with pytest.raises(UserError) as caught:
        made.process(**PROCESSED)
    assert isinstance(caught.value.value, ZeroDivisionError)


def test_a_missing_process() -> None:
    with pytest.raises(AttributeError):
        make(Evaluator, "sequential").process(**PROCESSED)


def test_the_signature_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    monkeypatch.setattr(runner, "has_argument", lambda method, name: looked.append(name))
    made = make(Recorder)
    for _ in range(5):
        made.process(**PROCESSED)
    assert looked == ["loop_channel"]


# -- evaluators ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("exc", [None, UserError])
@pytest.mark.parametrize("type", ["sequential_loop_evaluator", "autonomous_loop_evaluator"])
def test_evaluators(type: str, exc: Any) -> None:
    made = make(Evaluator, type, exc)
    assert made.validate("request") == ("request", {"got": "request"})
    assert made.write("O", "name", 3) == ("O", "name", 3)
    assert made.read("I") == "I"
    assert "evaluator" in raises(lambda: made.process(**PROCESSED, loop_channel="C"), RuntimeError, exc)


@pytest.mark.parametrize("exc", [None, UserError])
@pytest.mark.parametrize("type", ["sequential", "legacy", "sequential_loop_processor", "autonomous_loop_processor"])
def test_only_evaluators_evaluate(type: str, exc: Any) -> None:
    made = make(Evaluator, type, exc)
    for method, arguments in (("validate", ("r",)), ("write", ("O", "n", 1)), ("read", ("I",))):
        assert method in raises(lambda m=method, a=arguments: getattr(made, m)(*a), RuntimeError, exc)


@pytest.mark.parametrize("exc", [None, UserError])
def test_evaluators_are_set_up_and_answer_with_a_tuple(exc: Any) -> None:
    class Lists(Parameterized, Evaluator):
        def validate(self, result: Any) -> Any:
            return [True, {}]

    made = make(Lists, "sequential_loop_evaluator", exc)
    for method, arguments in (("validate", ("r",)), ("write", ("O", "n", 1)), ("read", ("I",))):
        assert "setup" in raises(lambda m=method, a=arguments: getattr(made, m)(*a), RuntimeError, exc)
    made.setup({})
    assert "tuple" in raises(lambda: made.validate("r"), RuntimeError, exc)
