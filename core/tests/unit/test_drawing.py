"""Colours and labels of diagrams."""

from __future__ import annotations

import pytest

from beat.core.drawing import (
    create_layout_ports_table,
    create_port_table,
    lighten_color,
    make_label,
    make_layout_label,
    text_color,
)


@pytest.mark.parametrize(
    ("background", "text"), [("#808080", "#000000"), ("#7f7f7f", "#ffffff"), ("#5555ff", "#ffffff")]
)
def test_text_is_readable(background: str, text: str) -> None:
    assert text_color(background) == text


@pytest.mark.parametrize(("color", "light"), [("#5555ff", "#cdcdff"), ("#000000", "#787878"), ("#FFFFFF", "#ffffff")])
def test_lighter_colors(color: str, light: str) -> None:
    assert lighten_color(color) == light


def test_ports_show_their_names() -> None:
    assert create_port_table("input", ["a"], "#5555ff") == (
        '<td><table border="0" cellspacing="5" bgcolor="#cdcdff"><tr><td port="input_a" bgcolor="#5555ff" border="1">'
        '<font color="#ffffff">a</font></td></tr></table></td>'
    )


def test_results_have_no_port() -> None:
    assert create_port_table("output", ["a<br/>(int32)"], "#5555ff") == (
        '<td><table border="0" cellspacing="5" bgcolor="#cdcdff"><tr><td bgcolor="#5555ff" border="1">'
        '<font color="#ffffff">a<br/>(int32)</font></td></tr></table></td>'
    )


def test_layout_ports_show_their_numbers() -> None:
    table = create_layout_ports_table("#5555ff", ["a"], ["b", "c"])
    assert table.count('width="100"') == 3
    assert table.count('<font color="#ffffff">0</font>') == 2
    assert table.index("input_a") < table.index("output_b") < table.index("</tr>") < table.index("output_c")
    assert create_layout_ports_table("#5555ff", ["a"]).count('width="200"') == 1


def test_labels() -> None:
    assert make_label([], "N", [], "#000000") == (
        '<<table border="0" cellspacing="0" bgcolor="#787878"><tr><td><font color="#ffffff">N</font></td></tr></table>>'
    )
    assert make_layout_label(None, "N", None, "#000000") == (
        '<<table border="0" bgcolor="#787878"><tr><td><font color="#ffffff">N</font></td></tr>'
        '<tr><td><table border="0" bgcolor="#787878"></table></td></tr></table>>'
    )
