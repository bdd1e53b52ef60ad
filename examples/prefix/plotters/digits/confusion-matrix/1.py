class Plotter:
    """Draws the matrix, one panel for each input: true classes from top to bottom, decided ones from left to right."""

    content_type = "image/png"

    def setup(self, parameters):
        self.title = str(parameters["title"])
        self.normalize = bool(parameters["normalize"])
        return True

    def process(self, inputs):
        panels = figures.labelled(inputs)
        with figures.drawing(6.2 * len(panels), 5.6, self.title) as (figure, finish):
            for axes, (label, data) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels):
                image = self.draw(axes, data)
                errors = data.counts.sum() - data.counts.trace()
                axes.set_title(figures.named(label, f"{errors} errors in {data.counts.sum()}"), weight="normal")
                name = "Share of the true class" if self.normalize else "Number of images"
                figure.colorbar(image, ax=axes, label=name, shrink=0.85).outline.set_visible(False)
            return finish()

    def draw(self, axes, data):
        from matplotlib.colors import PowerNorm

        shade = data.counts.astype("float64")
        if self.normalize:
            shade /= shade.sum(axis=1, keepdims=True).clip(min=1)
        # Errors are rare: the square root of the shade makes them visible beside the diagonal.
        norm = PowerNorm(0.5, vmin=0, vmax=1 if self.normalize else shade.max())
        image = axes.imshow(shade, cmap="Blues", norm=norm)
        for row, column in zip(*data.counts.nonzero()):
            dark = norm(shade[row, column]) > 0.55
            axes.text(
                column,
                row,
                str(data.counts[row, column]),
                ha="center",
                va="center",
                color="white" if dark else figures.INK,
                weight="bold" if row == column else "normal",
            )
        axes.set_xticks(range(len(data.labels)), data.labels)
        axes.set_yticks(range(len(data.labels)), data.labels)
        axes.set_xlabel("Decided class")
        axes.set_ylabel("True class")
        axes.grid(visible=False)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return image
