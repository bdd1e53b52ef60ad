"""The types of algorithms: who reads the inputs, and which side of a loop it is."""

from __future__ import annotations

from typing import Final

LEGACY: Final = "legacy"
"""Reads synchronized inputs through the first interface, without data loaders."""
SEQUENTIAL: Final = "sequential"
"""Is called once for each synchronized step of its inputs."""
AUTONOMOUS: Final = "autonomous"
"""Is called once and reads its inputs itself."""
SEQUENTIAL_LOOP_EVALUATOR: Final = "sequential_loop_evaluator"
AUTONOMOUS_LOOP_EVALUATOR: Final = "autonomous_loop_evaluator"
SEQUENTIAL_LOOP_PROCESSOR: Final = "sequential_loop_processor"
AUTONOMOUS_LOOP_PROCESSOR: Final = "autonomous_loop_processor"

EVALUATORS: Final = frozenset({SEQUENTIAL_LOOP_EVALUATOR, AUTONOMOUS_LOOP_EVALUATOR})
"""Judge the requests of loop processors."""
ALL_SEQUENTIAL: Final = frozenset({SEQUENTIAL, SEQUENTIAL_LOOP_EVALUATOR, SEQUENTIAL_LOOP_PROCESSOR})
ALL_AUTONOMOUS: Final = frozenset({AUTONOMOUS, AUTONOMOUS_LOOP_EVALUATOR, AUTONOMOUS_LOOP_PROCESSOR})
