import numpy


class Algorithm:
    """Lets the most similar training images vote: the score of a class is its share of the votes.

    Of equally similar training images the earlier one votes.
    """

    def setup(self, parameters):
        self.neighbours = int(parameters["neighbours"])
        self.measure = similarity.MEASURES[parameters["similarity"]]
        return True

    def prepare(self, data_loaders):
        loader = data_loaders.loaderOf("reference_features")
        self.features, labels = arrays.stack(loader, reference_features="values", reference_label="value")
        self.classes, self.votes = numpy.unique(labels, return_inverse=True)
        return True

    def process(self, inputs, data_loaders, outputs):
        similarities = self.measure(inputs["features"].data.values, self.features)
        nearest = numpy.argsort(-similarities, kind="stable")[: self.neighbours]
        counts = numpy.bincount(self.votes[nearest], minlength=len(self.classes))
        outputs["scores"].write({"labels": self.classes, "values": counts / len(nearest)})
        return True
