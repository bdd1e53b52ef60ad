"""The linear rule gives the very order that repeated passes over the list of items give."""

from __future__ import annotations

from graphlib import CycleError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beat.core.toolchain import Toolchain
from beat.core.workflow.order import execution_order


def by_passes(dependencies: dict[str, set[str]]) -> list[str]:
    placed: list[str] = []
    while len(placed) < len(dependencies):
        before = len(placed)
        for name, needed in dependencies.items():
            if name not in placed and needed <= set(placed):
                placed.append(name)
        if len(placed) == before:
            raise CycleError("", [])
    return placed


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, set[str]]:
    """Any graph of at most twelve items: with cycles, too."""
    names = [f"n{i}" for i in range(draw(st.integers(0, 12)))]
    return {name: draw(st.sets(st.sampled_from(names), max_size=3)) for name in names}


@st.composite
def acyclic_graphs(draw: st.DrawFn) -> dict[str, set[str]]:
    """A graph without cycles whose items are listed in any order."""
    names = draw(st.permutations([f"n{i}" for i in range(draw(st.integers(0, 15)))]))
    needed = {
        name: draw(st.sets(st.sampled_from(names[:i]), max_size=4)) if i else set() for i, name in enumerate(names)
    }
    return {name: needed[name] for name in draw(st.permutations(names))}


def toolchain(dependencies: dict[str, set[str]]) -> Toolchain:
    """A toolchain of blocks that have one input for each item they wait for, and one for the dataset."""
    blocks = [
        {
            "name": name,
            "synchronized_channel": "data",
            "inputs": ["data", *(f"of_{other}" for other in sorted(needed))],
            "outputs": ["out"],
        }
        for name, needed in dependencies.items()
    ]
    connections = [{"from": "data.x", "to": f"{name}.data", "channel": "data"} for name in dependencies]
    connections += [
        {"from": f"{other}.out", "to": f"{name}.of_{other}", "channel": "data"}
        for name, needed in dependencies.items()
        for other in needed
    ]
    return Toolchain(
        "nowhere",
        {
            "datasets": [{"name": "data", "outputs": ["x"]}],
            "blocks": blocks,
            "analyzers": [],
            "connections": connections,
            "representation": {"connections": {}, "blocks": {}, "channel_colors": {}},
        },
    )


@given(acyclic_graphs())
def test_linear_rule_equals_the_passes(dependencies: dict[str, set[str]]) -> None:
    assert execution_order(dependencies) == by_passes(dependencies)


@given(acyclic_graphs())
def test_toolchains_follow_the_rule(dependencies: dict[str, set[str]]) -> None:
    ordered = toolchain(dependencies).execution_order()
    assert list(ordered) == by_passes(dependencies)
    assert ordered == dependencies


@given(graphs())
def test_cycles_are_reported_at_load_and_refused_in_order(dependencies: dict[str, set[str]]) -> None:
    try:
        expected = by_passes(dependencies)
    except CycleError:
        broken = toolchain(dependencies)
        assert len(broken.errors) == 1
        assert "cycle" in broken.errors[0]
        with pytest.raises(RuntimeError, match=r"is a cycle"):
            broken.execution_order()
    else:
        fine = toolchain(dependencies)
        assert fine.valid, fine.errors
        assert list(fine.execution_order()) == expected
