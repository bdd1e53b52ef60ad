"""Matrices out of data loaders."""

import numpy


def stack(loader, **fields):
    """Read a data loader from beginning to end and stack one field of each input.

    Parameters
    ----------
    loader : DataLoader
        The inputs of one synchronization channel.
    **fields : str
        For each input to read, the field to take from its data, such as ``features="values"``.

    Returns
    -------
    list of numpy.ndarray
        One array for each input, in the order given: a row for each interval of data indices in which nothing
        changes. What changes rarely (a label) is therefore repeated and fits what changes often (an image).
    """
    columns = [[] for _ in fields]
    for position in range(loader.count()):
        data, _, _ = loader[position]
        for column, (name, field) in zip(columns, fields.items()):
            column.append(getattr(data[name], field))
    return [numpy.array(column) for column in columns]


def ends(loader):
    """Return the last data index of each interval that `stack` makes a row of, to write outputs alike."""
    return [loader[position][2] for position in range(loader.count())]
