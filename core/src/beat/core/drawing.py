"""Labels of the nodes of diagrams: tables in the HTML dialect of Graphviz.

Colours are ``#rrggbb``. Names are inserted as they are, so that they may hold markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

__all__ = [
    "create_layout_ports_table",
    "create_port_table",
    "lighten_color",
    "make_label",
    "make_layout_label",
    "text_color",
]


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def text_color(c: str) -> str:
    """Give black or white, whichever is readable on a background, by its luminance (weights of ITU-R BT.601)."""
    red, green, blue = _channels(c)
    darkness = 1 - (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    return "#000000" if darkness < 0.5 else "#ffffff"


def lighten_color(n: str) -> str:
    """Give a lighter shade: each channel plus 120, at most 255."""
    return "#" + "".join(f"{min(channel + 120, 255):02x}" for channel in _channels(n))


def _port(type: str, name: str) -> str:
    """Name the port of a cell; names with markup (results) are the ends of no connection and get none."""
    return "" if "<" in name else f'port="{type}_{name}" '


def create_port_table(type: str, names: Sequence[str], color: str) -> str:
    """Give a cell with a column of ports that show their names.

    Parameters
    ----------
    type
        ``input`` or ``output``; begins the names of the ports.
    """
    rows = "".join(
        f'<tr><td {_port(type, name)}bgcolor="{color}" border="1">'
        f'<font color="{text_color(color)}">{name}</font></td></tr>'
        for name in names
    )
    return f'<td><table border="0" cellspacing="5" bgcolor="{lighten_color(color)}">{rows}</table></td>'


def create_layout_ports_table(color: str, input_names: Sequence[str] = (), output_names: Sequence[str] = ()) -> str:
    """Give a cell with a table of ports of fixed size that show their numbers: inputs left, outputs right."""
    width = 100 if input_names and output_names else 200

    def cell(type: str, name: str | None, index: int) -> str:
        if name is None:
            return ""
        return (
            f'<td {_port(type, name)}bgcolor="{color}" border="1" fixedsize="true" width="{width}" height="20">'
            f'<font color="{text_color(color)}">{index}</font></td>'
        )

    rows = "".join(
        f"<tr>{cell('input', source, index)}{cell('output', target, index)}</tr>"
        for index, (source, target) in enumerate(zip_longest(input_names, output_names))
    )
    return f'<td><table border="0" bgcolor="{lighten_color(color)}">{rows}</table></td>'


def make_label(inputs: Sequence[str], name: str, outputs: Sequence[str], color: str) -> str:
    """Give the label of a node: inputs, name and outputs side by side."""
    light = lighten_color(color)
    cells = create_port_table("input", inputs, color) if inputs else ""
    cells += f'<td><font color="{text_color(light)}">{name}</font></td>'
    cells += create_port_table("output", outputs, color) if outputs else ""
    return f'<<table border="0" cellspacing="0" bgcolor="{light}"><tr>{cells}</tr></table>>'


def make_layout_label(inputs: Sequence[str] | None, name: str, outputs: Sequence[str] | None, color: str) -> str:
    """Give the label of a node in a layout: the name above numbered ports."""
    light = lighten_color(color)
    return (
        f'<<table border="0" bgcolor="{light}"><tr><td><font color="{text_color(light)}">{name}</font></td></tr>'
        f"<tr>{create_layout_ports_table(color, inputs or (), outputs or ())}</tr></table>>"
    )
