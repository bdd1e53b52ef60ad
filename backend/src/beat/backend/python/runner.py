"""Running the code of a user behind the checks that keep its contract."""

from __future__ import annotations

import logging
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

from . import algorithmtypes, loader
from .problems import suggest
from .utils import has_argument

if TYPE_CHECKING:
    from .algorithm import Algorithm
    from .loader import Translator

# The logger carries the name under which clients look for the runner.
logger = logging.getLogger("beat.backend.python.algorithm")


class Runner:
    """An object of a user's class and the calls that the platform makes to it.

    All other attributes are those of the user's object.

    Parameters
    ----------
    module
        Loaded code of the user.
    obj_name
        Name of the class in it.
    algorithm
        The declaration: an `Algorithm`, or a plotter.
    exc
        Makes the exception to raise out of each error: out of the message of one found here, out of the exception of
        one raised by the user's code. Without it errors keep their own classes.

    Attributes
    ----------
    obj
        The user's object.
    name : str
        Name of the module; messages begin with it.
    ready
        Whether the object is set up: what its ``setup`` returned, or that it has none.
    prepared
        Whether the object is prepared: what its ``prepare`` returned, or that there is nothing to do.

    Raises
    ------
    AttributeError
        When the module has no such class (`exc` applies).
    """

    def __init__(self, module: ModuleType, obj_name: str, algorithm: Algorithm, exc: Translator | None = None) -> None:
        user_class = loader.run(getattr, "__new__", exc, module, obj_name)
        self.obj = loader.run(user_class, "__new__", exc)
        self.name = module.__name__
        self.algorithm = algorithm
        self.exc = exc
        self.ready: Any = not hasattr(self.obj, "setup")
        has_prepare = hasattr(self.obj, "prepare")
        if algorithm.api_version == 1 and has_prepare:
            logger.warning("Prepare is a reserved function name starting with API V2")
        self.prepared: Any = algorithm.api_version == 1 or not has_prepare
        self._taken: tuple[str, ...] = ()

    def __getattr__(self, key: str) -> Any:
        # Only what the runner itself lacks arrives here; `obj` is missing while a runner is being copied or built.
        if key == "obj":
            raise AttributeError(key)
        return getattr(self.obj, key)

    def _fail(self, kind: type[Exception], message: str, cause: Exception | None = None) -> NoReturn:
        raise (self.exc or kind)(message) from cause

    def _require_ready(self) -> None:
        if not self.ready:
            self._fail(RuntimeError, f"{self.algorithm.noun} `{self.name}' is not yet setup")

    def _require_prepared(self) -> None:
        if not self.prepared:
            self._fail(RuntimeError, f"{self.algorithm.noun} `{self.name}' is not yet prepared")

    # -- before the data -------------------------------------------------------------------------------------------

    def setup(self, parameters: dict[str, Any]) -> Any:
        """Call the user's ``setup`` with all parameters: cleaned values for those given, defaults for the others.

        Returns
        -------
        The new `ready`. An object without ``setup`` is ready, and its parameters are not looked at.

        Raises
        ------
        KeyError
            For a parameter that is not declared, or one without default that is not given (`exc` applies).
        ValueError
            For a value that the declaration does not allow (`exc` applies).
        """
        if not self.ready:
            self.ready = loader.run(self.obj, "setup", self.exc, self._complete(parameters))
        return self.ready

    def _complete(self, parameters: dict[str, Any]) -> dict[str, Any]:
        declared = self.algorithm.parameters or {}
        for key in parameters:
            if key not in declared:
                hint = suggest(key, declared) or f"known are: {', '.join(declared) or 'none'}"
                self._fail(
                    KeyError, f"parameter `{key}' is not declared for {self.algorithm.noun} `{self.name}'; {hint}"
                )
        return {key: self._value(key, declared[key], parameters) for key in declared}

    def _value(self, key: str, declaration: dict[str, Any], parameters: dict[str, Any]) -> Any:
        if key in parameters:
            try:
                return self.algorithm.clean_parameter(key, parameters[key])
            except ValueError as error:
                self._fail(ValueError, f"{self.algorithm.noun} `{self.name}': {error}", cause=error)
        if "default" not in declaration:
            self._fail(KeyError, f"parameter `{key}' of {self.algorithm.noun} `{self.name}' has no default: give it")
        return declaration["default"]

    def prepare(self, data_loaders: Any) -> Any:
        """Call the user's ``prepare``.

        Autonomous algorithms and loop processors read their main channel themselves, in ``process``, and get the
        other channels here; all others get what there is.

        Returns
        -------
        The new `prepared`.

        Raises
        ------
        RuntimeError
            When the object is not set up (`exc` applies).
        """
        if not self.prepared:
            self._require_ready()
            if self.algorithm.type in (algorithmtypes.AUTONOMOUS, algorithmtypes.AUTONOMOUS_LOOP_PROCESSOR):
                data_loaders = data_loaders.secondaries()
            self.prepared = loader.run(self.obj, "prepare", self.exc, data_loaders)
        return self.prepared

    # -- the data --------------------------------------------------------------------------------------------------

    def process(
        self,
        inputs: Any = None,
        data_loaders: Any = None,
        outputs: Any = None,
        output: Any = None,
        loop_channel: Any = None,
    ) -> Any:
        """Call the user's ``process`` with the arguments that its kind of algorithm takes, and return its result.

        This runs once for each unit of data: everything that can be known beforehand is found at the first call.

        Raises
        ------
        RuntimeError
            When the object is not set up or prepared, one of the arguments is missing, there is a loop channel that
            ``process`` does not take, or the kind of algorithm has no ``process`` (`exc` applies).
        """
        if not self._taken:
            self._inspect_process()
        written = output if self._writes_output else outputs
        if (
            self._is_stepwise
            and inputs is not None
            and data_loaders is not None
            and written is not None
            and loop_channel is None
            and self.ready
            and self.prepared
        ):
            # The common case, and the one that happens for each unit of data: nothing is left to find out.
            return self.obj.process(inputs, data_loaders, written)
        self._require_ready()
        self._require_prepared()
        offered = {
            "inputs": inputs,
            "data_loaders": data_loaders,
            "outputs": outputs,
            "output": output,
            "loop_channel": loop_channel,
        }
        missing = [name for name in self._taken if offered[name] is None]
        if missing:
            self._fail(RuntimeError, f"{self.algorithm.noun} `{self.name}': process() needs {', '.join(missing)}")
        if loop_channel is not None and self._refuses_channel:
            self._fail(RuntimeError, f"{self.algorithm.noun} `{self.name}' takes no loop_channel in process()")
        return loader.run(self.obj, "process", self.exc, *[offered[name] for name in self._taken])

    def _inspect_process(self) -> None:
        """Find out how to call the user's ``process``, once: to look at a signature takes longer than many a call."""
        self._writes_output = self.algorithm.isAnalyzer
        self._taken = self._arguments_of_process("output" if self._writes_output else "outputs")
        self._refuses_channel = "loop_channel" not in self._taken and self.algorithm.type != algorithmtypes.LEGACY
        self._is_stepwise = self.exc is None and self._taken[:-1] == ("inputs", "data_loaders")

    def _arguments_of_process(self, written: str) -> tuple[str, ...]:
        algorithm = self.algorithm
        if algorithm.type == algorithmtypes.LEGACY:
            return ("inputs", written)
        if algorithm.type in algorithmtypes.EVALUATORS:
            text = (
                f"{algorithm.noun} `{self.name}' is a loop evaluator: it has no process(), but validate() and write()"
            )
            self._fail(RuntimeError, text)
        taken = ("data_loaders", written) if algorithm.is_autonomous else ("inputs", "data_loaders", written)
        process = getattr(self.obj, "process", None)
        return (*taken, "loop_channel") if process is not None and has_argument(process, "loop_channel") else taken

    # -- loop evaluators -------------------------------------------------------------------------------------------

    def _require_evaluator(self, method: str) -> None:
        if self.algorithm.type not in algorithmtypes.EVALUATORS:
            text = f"{self.algorithm.noun} `{self.name}' is of type `{self.algorithm.type}':"
            self._fail(RuntimeError, f"{text} only loop evaluators have {method}()")
        self._require_ready()
        self._require_prepared()

    def validate(self, result: Any) -> tuple[Any, Any]:
        """Let a loop evaluator judge a request of its processor.

        Returns
        -------
        Whether the loop is done, and the answer.

        Raises
        ------
        RuntimeError
            When this is no evaluator, it is not set up or prepared, or it returns no tuple (`exc` applies).
        """
        self._require_evaluator("validate")
        verdict = loader.run(self.obj, "validate", self.exc, result)
        if not isinstance(verdict, tuple):
            text = f"{self.algorithm.noun} `{self.name}': validate() must return a tuple (is_valid, answer),"
            self._fail(RuntimeError, f"{text} not a `{type(verdict).__name__}'")
        return verdict

    def write(self, outputs: Any, processor_output_name: str, end_data_index: int) -> Any:
        """Let a loop evaluator write what belongs to an output that its processor has just written.

        Raises
        ------
        RuntimeError
            When this is no evaluator, or it is not set up or prepared (`exc` applies).
        """
        self._require_evaluator("write")
        return loader.run(self.obj, "write", self.exc, outputs, processor_output_name, end_data_index)

    def read(self, inputs: Any) -> Any:
        """Let a loop evaluator read the data of a synchronized step.

        Raises
        ------
        RuntimeError
            When this is no evaluator, or it is not set up or prepared (`exc` applies).
        """
        self._require_evaluator("read")
        return loader.run(self.obj, "read", self.exc, inputs)
