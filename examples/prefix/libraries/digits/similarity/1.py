"""How alike feature vectors are: a number that is the higher, the more alike they are."""

import numpy


def cosine(vector, others):
    """Cosine of the angle between *vector* (n) and each row of *others* (m, n); 0 where one of them is zero."""
    norms = numpy.linalg.norm(vector) * numpy.linalg.norm(others, axis=1)
    return numpy.divide(others @ vector, norms, out=numpy.zeros(len(others)), where=norms > 0)


def euclidean(vector, others):
    """Euclidean distance of *vector* (n) from each row of *others* (m, n), with a minus sign."""
    return -numpy.linalg.norm(others - vector, axis=1)


MEASURES = {"cosine": cosine, "euclidean": euclidean}
