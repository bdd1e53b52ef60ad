from collections import namedtuple

import numpy

from beat.backend.python.database import View


class FooView(View):
    def index(self, root_folder, parameters):
        Entry = namedtuple("Entry", ["out"])
        return [Entry(42)]

    def get(self, output, index):
        entry = self.objs[index]
        if output == "out":
            return {"value": numpy.int32(entry.out)}
