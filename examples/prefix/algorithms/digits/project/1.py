class Algorithm:
    """Projects each feature vector of the main channel with the one projection that another channel brings."""

    def prepare(self, data_loaders):
        data, _, _ = data_loaders.loaderOf("projection")[0]
        self.mean = data["projection"].mean
        self.components = data["projection"].components
        return True

    def process(self, inputs, data_loaders, outputs):
        values = self.components @ (inputs["features"].data.values - self.mean)
        outputs["projected"].write({"values": values})
        return True
