"""Loading and validating a declaration: the part of the platform's objects that the runtime does without."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from beat.backend.python.asset import Asset, CodeAsset
from beat.backend.python.problems import Problem

from . import catalog, prototypes, schema


class DeclaredMixin(Asset):
    """An object that is declared by a name, a mapping or nothing, and validated.

    Nothing that a declaration holds makes these methods raise: what is wrong goes to `errors`.
    """

    copies_declaration: ClassVar[bool] = True
    """Whether a mapping given as declaration is copied, so that the caller's own is never changed."""

    def _declare(self, data: Any) -> bool:
        """Load and validate a declaration; tell whether the object may go on to its own checks.

        Parameters
        ----------
        data
            A name; ``None`` for the default declaration; anything else is the declaration itself.

        Raises
        ------
        RuntimeError
            When a name does not have the shape of such names.
        """
        if isinstance(data, str):
            self._rename(data)
            valid = self._validate(self.storage.json)
            if not valid and not self.storage.json.exists():
                self.errors = [self._not_found(data)]
            return valid
        if data is None:
            return self._validate(self._default_declaration())
        valid = self._validate(data)
        if self.copies_declaration:
            # Whole only when valid: an invalid one may be nested without end.
            self.data = copy.deepcopy(self.data) if valid else copy.copy(self.data)
        return valid

    def _not_found(self, name: str) -> Problem:
        problem = super()._not_found(name)
        problem.hint = f"did you mean `{like}'?" if (like := catalog.similar(self.prefix, self.kind, name)) else ""
        return problem

    def _default_declaration(self) -> Any:
        """Give the declaration of an object made from nothing."""
        return prototypes.load(self.kind)[0]

    def _validate(self, source: Any) -> bool:
        data, problems = schema.validate(self.kind, source)
        self.errors = [*problems]
        self.data = data if isinstance(data, dict) else None
        return not self.errors


class CodeDeclaredMixin(DeclaredMixin, CodeAsset):
    """An object with code, declared like the others or by a pair ``(declaration, code)``."""

    code_without_file: ClassVar[frozenset[str]] = frozenset()
    """Languages whose code need not be there to load the object."""

    def _declare_code(self, data: Any) -> bool:
        """Load and validate a declaration and find its code; tell whether the object may go on to its own checks.

        Raises
        ------
        ValueError
            When a tuple or list has not two items.
        RuntimeError
            When a name does not have the shape of such names.
        """
        code: Any = None
        if isinstance(data, tuple | list):
            data, code = data
        if not self._declare(data):
            return False
        if isinstance(data, str):
            self.storage.language = self.language
            if self.language in self.code_without_file and not self.storage.code.exists():
                return True
            return self._load_code()
        if code is None:
            # The code of the prototype is Python, whatever the declaration says.
            self.code = prototypes.binary_load(f"{self.kind}.py")
            self.data["language"] = "python"
        else:
            self.code = code
        return True
