"""Figures of merit of identification and verification systems.

A verification system accepts a comparison (a *match*) if its score is at least the threshold. *Genuine* comparisons
are those of a probe with a template of its own class, *impostor* comparisons all others. The false match rate (FMR) is
the share of impostor comparisons that match, the false non-match rate (FNMR) the share of genuine comparisons that do
not. Terms are those of ISO/IEC 19795-1.
"""

import numpy


def confusion_matrix(truth, decisions, classes):
    """Count for each pair how often class *i* (row) was taken for class *j* (column)."""
    counts = numpy.zeros((len(classes), len(classes)), dtype="uint64")
    numpy.add.at(counts, (numpy.searchsorted(classes, truth), numpy.searchsorted(classes, decisions)), 1)
    return counts


def confidence_interval(errors, trials, deviate=1.959964):
    """Wilson's interval for the true rate behind *errors* in *trials* (95 % unless another *deviate* is given)."""
    rate = errors / trials
    shrink = 1 + deviate**2 / trials
    centre = (rate + deviate**2 / (2 * trials)) / shrink
    half = deviate / shrink * numpy.sqrt(rate * (1 - rate) / trials + deviate**2 / (4 * trials**2))
    return centre - half, centre + half


def split(scores, score_labels, labels):
    """Part the scores of all comparisons.

    Parameters
    ----------
    scores : array (probes, templates)
    score_labels : array (probes, templates)
        Class of the template of each comparison.
    labels : array (probes)
        Class of each probe.

    Returns
    -------
    genuine, impostor : array
        The scores of both kinds, in ascending order.
    """
    same = score_labels == labels[:, None]
    return numpy.sort(scores[same]), numpy.sort(scores[~same])


class ErrorRates:
    """Both error rates at every threshold that makes a difference.

    Attributes
    ----------
    thresholds : array (n)
        The distinct scores in ascending order and at the end infinity (where nothing matches).
    fmr, fnmr : array (n)
        False match and false non-match rate at each threshold.
    """

    def __init__(self, genuine, impostor):
        """*genuine* and *impostor* are scores in ascending order, at least one of each."""
        self.thresholds = numpy.append(numpy.unique(numpy.concatenate([genuine, impostor])), numpy.inf)
        self.fmr = (len(impostor) - numpy.searchsorted(impostor, self.thresholds)) / len(impostor)
        self.fnmr = numpy.searchsorted(genuine, self.thresholds) / len(genuine)

    def equal_error(self):
        """Return the position of the (lowest) threshold at which both rates are closest to each other."""
        return int(numpy.argmin(numpy.abs(self.fmr - self.fnmr)))

    def fnmr_at(self, fmr):
        """Return the lowest false non-match rate with a false match rate of at most *fmr*."""
        return float(self.fnmr[numpy.argmax(self.fmr <= fmr)])

    def area_under_roc(self):
        """Return the area under the true match rate over the false match rate (trapezoids)."""
        heights = (self.fnmr[1:] + self.fnmr[:-1]) / 2
        return float(numpy.sum((1 - heights) * (self.fmr[:-1] - self.fmr[1:])))

    def corners(self):
        """Return the positions of the points where the curve of both rates changes its direction."""
        steps = numpy.stack([numpy.diff(self.fmr) != 0, numpy.diff(self.fnmr) != 0])
        keep = numpy.ones(len(self.thresholds), dtype=bool)
        # Between two steps along the same axis the point lies on a straight line.
        along_one_axis = steps[0] != steps[1]
        keep[1:-1] = ~((steps[:, 1:] == steps[:, :-1]).all(axis=0) & along_one_axis[1:])
        return numpy.flatnonzero(keep)
