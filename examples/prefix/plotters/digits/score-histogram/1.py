class Plotter:
    """Draws the share of genuine and of impostor scores in each bin, one panel for each input."""

    content_type = "image/png"

    def setup(self, parameters):
        self.title = str(parameters["title"])
        self.show_threshold = bool(parameters["show_threshold"])
        return True

    def process(self, inputs):
        panels = figures.labelled(inputs)
        with figures.drawing(6.4, 3.8 * len(panels), self.title) as (figure, finish):
            for axes, (label, data) in zip(figure.subplots(len(panels), squeeze=False)[:, 0], panels):
                self.draw(axes, data)
                axes.set_title(label)
            return finish()

    def draw(self, axes, data):
        kinds = [("impostor", data.impostor, figures.VERMILION), ("genuine", data.genuine, figures.BLUE)]
        for name, counts, colour in kinds:
            share = counts / max(counts.sum(), 1)
            axes.stairs(share, data.edges, fill=True, color=colour, alpha=0.35)
            axes.stairs(share, data.edges, color=colour, linewidth=1.5, label=f"{name} ({counts.sum()} scores)")
        if self.show_threshold:
            axes.axvline(
                data.threshold,
                color=figures.INK,
                linestyle="--",
                linewidth=1.2,
                label=f"equal error rate at {data.threshold:.3f}",
            )
        axes.set_xlim(data.edges[0], data.edges[-1])
        axes.set_xlabel("Score")
        axes.set_ylabel("Share of the scores")
        axes.grid(axis="x", visible=False)
        axes.legend(loc="upper left")
