class Plotter:
    """Draws one curve for each input: the further up and to the left, the better."""

    content_type = "image/png"

    def setup(self, parameters):
        self.title = str(parameters["title"])
        self.logarithmic = parameters["scale"] == "logarithmic"
        return True

    def process(self, inputs):
        with figures.drawing(5.4, 4.6, self.title) as (figure, finish):
            axes = figure.add_subplot()
            lowest = 1.0
            for colour, (label, data) in zip(figures.CYCLE, figures.labelled(inputs)):
                legend = figures.named(label, f"area {data.area:.3f}")
                axes.plot(data.false_match_rate, data.true_match_rate, color=colour, label=legend)
                lowest = min(lowest, *data.false_match_rate[data.false_match_rate > 0])
            if self.logarithmic:
                axes.set_xscale("log")
                axes.set_xlim(lowest, 1)
                chance = [lowest * (1 / lowest) ** (step / 100) for step in range(101)]
            else:
                axes.set_xlim(0, 1)
                axes.set_aspect("equal")
                chance = [0, 1]
            axes.plot(chance, chance, color=figures.FAINT, linestyle="--", linewidth=1, label="chance")
            axes.set_ylim(0, 1.005)
            axes.set_xlabel("False match rate")
            axes.set_ylabel("True match rate")
            axes.legend(loc="upper left" if self.logarithmic else "lower right")
            return finish()
