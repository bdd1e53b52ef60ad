"""Inputs, groups and lists of them, beside what the golden walks show."""

from __future__ import annotations

from typing import Any

import pytest

from beat.backend.python.inputs import Input, InputGroup, InputList, first


class Units:
    """All that an input may ask of a source: its length and its items."""

    def __init__(self, *units: tuple[int, int]) -> None:
        self.units = units

    def __len__(self) -> int:
        return len(self.units)

    def __getitem__(self, index: int) -> Any:
        return f"#{index}", *self.units[index]


def group_of(channel: str, restricted: bool = False, **sources: Units) -> InputGroup:
    group = InputGroup(channel, restricted_access=restricted)
    for name, source in sources.items():
        group.add(Input(name, "a/b/1", source))
    return group


def test_first() -> None:
    assert first([3, 4]) == 3
    assert first(iter([])) is None
    assert first([], "x") == "x"


def test_a_new_input() -> None:
    source: Any = Units((0, 1))
    item = Input("x", "a/b/1", source)
    assert (item.group, item.name, item.data, item.data_format) == (None, "x", None, "a/b/1")
    assert (item.data_index, item.data_index_end, item.next_data_index, item.nb_data_blocks_read) == (-1, -1, 0, 0)
    assert item.data_same_as_previous is True and item.data_source is source
    with pytest.raises(AttributeError):
        item.next()


def test_an_input_may_be_stepped_by_itself() -> None:
    group = group_of("c", x=Units((0, 1), (2, 3)), y=Units((0, 3)))
    item = group["x"]
    item.next()
    assert (item.data, item.data_index, item.data_index_end) == ("#0", 0, 1)
    assert item.isDataUnitDone() and item.hasDataChanged()
    item.next()
    with pytest.raises(RuntimeError, match=r"`c'.*`x'.*no more data"):
        item.next()
    assert item.nb_data_blocks_read == 2


def test_restricted_groups_are_for_the_platform() -> None:
    group = group_of("c", restricted=True, x=Units((0, 1)))
    for step in (group.next, group["x"].next):
        with pytest.raises(RuntimeError, match=r"^Not authorized$"):
            step()
    assert group["x"].nb_data_blocks_read == 0


def test_an_empty_group() -> None:
    group = InputGroup("c", restricted_access=False)
    assert not group.hasMoreData() and len(group) == 0
    with pytest.raises(IndexError):
        group.next()


def test_sources_of_different_length() -> None:
    group = group_of("c", x=Units((0, 1), (2, 3)), y=Units((0, 1)))
    group.next()
    assert group.hasMoreData()
    with pytest.raises(RuntimeError, match=r"`y'.*no more data"):
        group.next()


def test_inputs_of_a_group_are_found() -> None:
    group = group_of("c", x=Units(), y=Units(), z=Units())
    x, y, z = group
    assert group["y"] is y and group[0] is x and group[-1] is z
    assert group["w"] is group[3] is group[-4] is group[1.5] is group[None] is None
    assert group[1:] == [y, z]
    assert x.group is group


def test_inputs_of_a_list_are_found() -> None:
    side, main, other = group_of("s", x=Units()), group_of("m", restricted=True, y=Units(), x=Units()), group_of("o")
    inputs = InputList()
    assert inputs.main_group is None and not inputs.hasMoreData()
    for group in (side, main, other):
        inputs.add(group)
    inputs.add(group_of("late", restricted=True))
    other.add(Input("added", "a/b/1", Units()))
    assert inputs.main_group is main
    assert inputs["x"] is side["x"] and inputs["y"] is main["y"] and inputs["added"] is other["added"]
    assert inputs["w"] is inputs[4] is inputs[None] is None
    assert [inputs[i].name for i in range(len(inputs))] == ["x", "y", "x", "added"]
    assert [item.name for item in inputs[1:]] == ["y", "x", "added"]
    assert inputs.nbGroups() == 4
    assert inputs.groupOf("added") is other and inputs.groupOf("w") is None
    assert inputs.group("m") is main is inputs.group(1)
    assert inputs.group("w") is inputs.group(None) is None
    with pytest.raises(IndexError):
        inputs.group(4)
