import numpy


class Algorithm:
    """Compares each probe with all templates."""

    def setup(self, parameters):
        self.measure = similarity.MEASURES[parameters["similarity"]]
        return True

    def prepare(self, data_loaders):
        loader = data_loaders.loaderOf("template")
        templates = [loader[position][0]["template"] for position in range(loader.count())]
        self.labels = numpy.array([template.label for template in templates])
        self.features = numpy.array([template.features for template in templates])
        return True

    def process(self, inputs, data_loaders, outputs):
        scores = self.measure(inputs["features"].data.values, self.features)
        outputs["scores"].write({"labels": self.labels, "values": scores})
        return True
