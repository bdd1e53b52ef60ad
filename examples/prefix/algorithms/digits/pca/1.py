from sklearn.decomposition import PCA


class Algorithm:
    """Learns a principal component analysis on the whole training set at once (hence autonomous)."""

    def setup(self, parameters):
        self.components = int(parameters["components"])
        return True

    def process(self, data_loaders, outputs):
        loader = data_loaders.loaderOf("features")
        (features,) = arrays.stack(loader, features="values")
        # The full decomposition needs no random numbers.
        analysis = PCA(n_components=self.components, svd_solver="full").fit(features)
        projection = {"mean": analysis.mean_, "components": analysis.components_}
        outputs["projection"].write(projection, loader.data_index_end)
        return True
