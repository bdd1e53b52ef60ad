class Plotter:
    def process(self, input):
        # Return the bytes of an image file.
        pass
