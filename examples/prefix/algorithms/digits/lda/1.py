from sklearn.discriminant_analysis import LinearDiscriminantAnalysis


class Algorithm:
    """Learns a linear discriminant analysis on the whole training set at once (hence autonomous).

    It writes two outputs of different frequency: the projection once, valid for all data indices of the training set,
    and the projected features for each image, as classifiers behind it need examples.
    """

    def setup(self, parameters):
        self.components = int(parameters["components"])
        return True

    def process(self, data_loaders, outputs):
        loader = data_loaders.loaderOf("features")
        features, labels = arrays.stack(loader, features="values", label="value")

        analysis = LinearDiscriminantAnalysis(solver="svd").fit(features, labels)
        components = analysis.scalings_[:, : self.components].T
        projected = (features - analysis.xbar_) @ components.T

        for values, end in zip(projected, arrays.ends(loader)):
            outputs["projected"].write({"values": values}, end)
        outputs["projection"].write({"mean": analysis.xbar_, "components": components}, loader.data_index_end)
        return True
