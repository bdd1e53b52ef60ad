import numpy


class Algorithm:
    """Decides for the class with the highest score (the first one of equals) and counts the errors."""

    def __init__(self):
        self.decisions = []
        self.truth = []

    def process(self, inputs, data_loaders, output):
        scores = inputs["scores"].data
        self.decisions.append(scores.labels[numpy.argmax(scores.values)])
        self.truth.append(inputs["label"].data.value)

        if not inputs.hasMoreData():
            output.write(self.results())
        return True

    def results(self):
        classes = numpy.unique(self.truth + self.decisions)
        counts = metrics.confusion_matrix(self.truth, self.decisions, classes)
        images = len(self.truth)
        errors = images - int(numpy.trace(counts))
        low, high = metrics.confidence_interval(errors, images)
        return {
            "error_rate": numpy.float32(errors / images),
            "error_rate_low": numpy.float32(low),
            "error_rate_high": numpy.float32(high),
            "errors": numpy.int32(errors),
            "images": numpy.int32(images),
            "confusion_matrix": {"labels": [str(label) for label in classes], "counts": counts},
        }
