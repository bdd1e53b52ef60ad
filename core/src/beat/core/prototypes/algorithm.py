class Algorithm:
    def process(self, inputs, data_loaders, outputs):
        # Read the current data of an input with inputs["in_data"].data, write with outputs["out_data"].write({...}).
        return True
