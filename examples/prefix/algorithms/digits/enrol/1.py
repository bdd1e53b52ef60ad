import numpy

AVERAGES = {"mean": numpy.mean, "median": numpy.median}


class Algorithm:
    """Averages the features of all images of a template.

    The inputs have different frequencies: ``features`` change with each image, ``template_id`` with each template and
    ``label`` with each class. The output is written when a template is complete, and is valid for all its images.
    """

    def setup(self, parameters):
        self.average = AVERAGES[parameters["average"]]
        self.collected = []
        return True

    def process(self, inputs, data_loaders, outputs):
        self.collected.append(inputs["features"].data.values)
        if inputs["template_id"].isDataUnitDone():
            outputs["template"].write(
                {
                    "id": inputs["template_id"].data.value,
                    "label": inputs["label"].data.value,
                    "features": self.average(self.collected, axis=0),
                }
            )
            self.collected = []
        return True
