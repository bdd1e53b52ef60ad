from statistics import NormalDist

TICKS = [0.00001, 0.0001, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4]
HIGHEST_RATE = 0.6


class Plotter:
    """Draws one curve for each input: the nearer to the lower left corner, the better.

    Both axes are scaled by normal deviates, on which normally distributed scores give a straight line (Martin et al.,
    "The DET curve in assessment of detection task performance", 1997).
    """

    content_type = "image/png"

    def setup(self, parameters):
        self.title = str(parameters["title"])
        self.lowest = float(parameters["lowest_rate"])
        return True

    def deviates(self, rates):
        """Scale *rates*; those beyond the axes are moved just outside of them, as 0 and 1 have no deviate."""
        inverse = NormalDist().inv_cdf
        return [inverse(min(max(rate, self.lowest / 10), 0.999)) for rate in rates]

    def process(self, inputs):
        with figures.drawing(5.2, 5.2, self.title) as (figure, finish):
            axes = figure.add_subplot()
            limits = self.deviates([self.lowest, HIGHEST_RATE])
            axes.plot(limits, limits, color=figures.FAINT, linestyle="--", linewidth=1, label="both rates equal")
            for colour, (label, data) in zip(figures.CYCLE, figures.labelled(inputs)):
                axes.plot(
                    self.deviates(data.false_match_rate),
                    self.deviates(data.false_non_match_rate),
                    color=colour,
                    label=figures.named(label, f"equal error rate {data.equal_error_rate:.1%}"),
                )
                (equal,) = self.deviates([data.equal_error_rate])
                axes.plot(equal, equal, color=colour, marker="o", markersize=6)
            ticks = [rate for rate in TICKS if self.lowest <= rate <= HIGHEST_RATE]
            names = [f"{100 * rate:g}" for rate in ticks]
            axes.set_xticks(self.deviates(ticks), names)
            axes.set_yticks(self.deviates(ticks), names)
            axes.set_xlim(limits)
            axes.set_ylim(limits)
            axes.set_aspect("equal")
            axes.set_xlabel("False match rate (%)")
            axes.set_ylabel("False non-match rate (%)")
            axes.legend(loc="best")
            return finish()
