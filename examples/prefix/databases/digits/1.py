"""Views of ``digits.csv``: which images belong to a set, and in which order."""

from collections import namedtuple
from functools import cached_property
from pathlib import Path

import numpy
from beat.backend.python.database import View

Entry = namedtuple("Entry", ["label", "image"])
TemplateEntry = namedtuple("TemplateEntry", ["label", "template", "image"])


def read_digits(root_folder):
    """Return the table of all images: one row each, the label followed by 64 grey values."""
    path = Path(root_folder) / "digits.csv"
    if not path.exists():
        raise FileNotFoundError(
            f'{path} does not exist: set "database/digits/1" in .beatrc to the folder of digits.csv'
        )
    return numpy.loadtxt(path, delimiter=",", skiprows=1, dtype="uint8")


class Images(View):
    """``count`` images, beginning with number ``first`` of the file.

    They come in the order of the file or, with ``by_class``, class after class: then one label is valid for all
    images of its class.
    """

    def index(self, root_folder, parameters):
        labels = read_digits(root_folder)[:, 0]
        rows = numpy.arange(parameters["first"], parameters["first"] + parameters["count"])
        if parameters["by_class"]:
            rows = rows[numpy.argsort(labels[rows], kind="stable")]
        return [Entry(label=int(labels[row]), image=int(row)) for row in rows]

    @cached_property
    def digits(self):
        """The table, read when the first image is asked for, and once only."""
        return read_digits(self.root_folder)

    def get(self, output, index):
        entry = self.objs[index]
        if output == "label":
            return {"value": numpy.uint8(entry.label)}
        return {"pixels": self.digits[entry.image, 1:].reshape(8, 8)}


class Templates(Images):
    """Images in groups of ``images_per_template``, ``templates_per_class`` groups of each class.

    Of the images ``first`` to ``first + count - 1`` of the file the first ones of each class are taken.
    """

    def index(self, root_folder, parameters):
        labels = read_digits(root_folder)[:, 0]
        rows = numpy.arange(parameters["first"], parameters["first"] + parameters["count"])
        size = parameters["images_per_template"]
        wanted = size * parameters["templates_per_class"]
        entries = []
        for label in range(10):
            of_class = rows[labels[rows] == label][:wanted]
            if len(of_class) < wanted:
                raise ValueError(
                    f"{wanted} images of class {label} are needed for templates, {len(of_class)} are there"
                )
            for row in of_class:
                entries.append(TemplateEntry(label=label, template=len(entries) // size, image=int(row)))
        return entries

    def get(self, output, index):
        if output == "template":
            return {"value": numpy.uint32(self.objs[index].template)}
        return super().get(output, index)
