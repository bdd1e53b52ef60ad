import numpy

BINS = 60


class Algorithm:
    """Collects the scores of all probes and draws up the curves at the end."""

    def __init__(self):
        self.scores = []
        self.candidates = []
        self.labels = []

    def process(self, inputs, data_loaders, output):
        self.scores.append(inputs["scores"].data.values)
        self.candidates.append(inputs["scores"].data.labels)
        self.labels.append(inputs["label"].data.value)

        if not inputs.hasMoreData():
            output.write(self.results())
        return True

    def results(self):
        genuine, impostor = metrics.split(
            numpy.array(self.scores), numpy.array(self.candidates), numpy.array(self.labels)
        )
        rates = metrics.ErrorRates(genuine, impostor)
        equal = rates.equal_error()
        corners = rates.corners()
        fmr, fnmr = rates.fmr[corners], rates.fnmr[corners]
        area = rates.area_under_roc()
        edges = numpy.linspace(min(genuine[0], impostor[0]), max(genuine[-1], impostor[-1]), BINS + 1)
        return {
            "area_under_roc": numpy.float32(area),
            "roc": {"false_match_rate": fmr, "true_match_rate": 1 - fnmr, "area": area},
            "det": {
                "false_match_rate": fmr,
                "false_non_match_rate": fnmr,
                "equal_error_rate": (rates.fmr[equal] + rates.fnmr[equal]) / 2,
            },
            "histogram": {
                "edges": edges,
                "genuine": numpy.histogram(genuine, edges)[0],
                "impostor": numpy.histogram(impostor, edges)[0],
                "threshold": rates.thresholds[equal],
            },
        }
