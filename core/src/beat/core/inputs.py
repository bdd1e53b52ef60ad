"""Inputs of algorithms: what the runtime has."""

from beat.backend.python.inputs import Input, InputGroup, InputList

__all__ = ["Input", "InputGroup", "InputList"]
