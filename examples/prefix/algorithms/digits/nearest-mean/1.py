import numpy


class Algorithm:
    """Scores each class by the squared distance to its mean: log P(class) - d^2 / 2.

    In the space of a linear discriminant analysis, where all classes vary by one unit in all directions, this is the
    logarithm of the posterior probability up to a constant; the best class is then the decision of that analysis.
    """

    def setup(self, parameters):
        self.uniform = parameters["priors"] == "uniform"
        return True

    def prepare(self, data_loaders):
        loader = data_loaders.loaderOf("reference_features")
        features, labels = arrays.stack(loader, reference_features="values", reference_label="value")
        self.classes, counts = numpy.unique(labels, return_counts=True)
        self.means = numpy.array([features[labels == label].mean(axis=0) for label in self.classes])
        self.log_priors = numpy.zeros(len(counts)) if self.uniform else numpy.log(counts / counts.sum())
        return True

    def process(self, inputs, data_loaders, outputs):
        distances = similarity.euclidean(inputs["features"].data.values, self.means)
        outputs["scores"].write({"labels": self.classes, "values": self.log_priors - distances**2 / 2})
        return True
