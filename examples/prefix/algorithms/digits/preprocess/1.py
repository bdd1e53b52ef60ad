import numpy


class Algorithm:
    """Flattens each image, scales its grey values to 0..1 and, if asked to, takes their square roots."""

    def setup(self, parameters):
        self.maximum = float(parameters["maximum"])
        self.square_root = parameters["transform"] == "square-root"
        return True

    def process(self, inputs, data_loaders, outputs):
        features = inputs["image"].data.pixels.ravel() / self.maximum
        if self.square_root:
            features = numpy.sqrt(features)
        outputs["features"].write({"values": features})
        return True
