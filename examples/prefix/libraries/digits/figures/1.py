"""What all plotters share: colours, layout and PNG files.

Figures are drawn without a display and do not depend on the user's settings of matplotlib; the same data gives the
same bytes with the same version of matplotlib.
"""

import contextlib
import io

# The qualitative palette of Okabe and Ito (2008), which colour-blind readers can tell apart.
BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"
CYCLE = [BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY]
INK, FAINT = "#333333", "#b0b0b0"

STYLE = {
    "font.size": 10,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def labelled(inputs):
    """Return what a plotter is given as a list of ``(label, data)``, in whatever form it came.

    Labels of experiments are cut down to their last part, the name: it is what differs between curves in one plot.
    """
    if not isinstance(inputs, (list, tuple)):
        inputs = [inputs]
    pairs = [item if isinstance(item, (list, tuple)) else ("", item) for item in inputs]
    return [(label.rpartition("/")[2], data) for label, data in pairs]


def named(label, text):
    """Put the *label* of a curve, if it has one, in front of the *text* that describes it."""
    return f"{label}: {text}" if label else text


@contextlib.contextmanager
def drawing(width, height, title=""):
    """Lend a figure of *width* by *height* inches and the function that turns it into the bytes of a PNG file.

    Yields
    ------
    figure : matplotlib.figure.Figure
    finish : callable
        To be called within the context, after drawing.
    """
    import matplotlib
    import matplotlib.style
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.style.context(["default", STYLE]):
        figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
        figure.get_layout_engine().set(w_pad=0.1, h_pad=0.1)
        canvas = FigureCanvasAgg(figure)
        if title:
            figure.suptitle(title, x=0.01, ha="left", weight="bold")

        def finish():
            file = io.BytesIO()
            # Without the field "Software" nothing in the file tells the version of matplotlib.
            canvas.print_png(file, metadata={"Software": None})
            return file.getvalue()

        yield figure, finish
