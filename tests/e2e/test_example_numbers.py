"""What the example experiments say, computed again from ``digits.csv`` without BEAT and without the example's code."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the example's algorithms import scikit-learn (installed by make test)")

from scipy.optimize import brentq
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import accuracy_score, confusion_matrix, roc_auc_score, roc_curve
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import KNeighborsClassifier

from beat.core import engine
from beat.core.engine.results import results
from beat.core.experiment import Experiment

EXAMPLES = Path(__file__).parents[2] / "examples"
LDA = "digits/digits/identification/1/lda"
NEIGHBOURS = "digits/digits/identification/1/lda-neighbours"
VERIFICATION = "digits/digits/verification/1/pca-cosine"


class Example(NamedTuple):
    """The example after a run of all experiments, in the order of ``experiments.txt``."""

    cache: Path
    values: dict[str, dict[str, dict[str, Any]]]
    """Experiment to analyzer to result to value."""
    states: dict[str, dict[str, str]]
    """Experiment to block to what became of it."""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    cache = tmp_path_factory.mktemp("cache")
    roots = {"database/digits/1": str(EXAMPLES / "data")}
    values, states = {}, {}
    for label in (EXAMPLES / "experiments.txt").read_text().split():
        experiment = Experiment(str(EXAMPLES / "prefix"), label)
        assert experiment.errors == []
        report = engine.run(experiment, cache=str(cache), custom_root_folders=roots)
        assert report.ok, report
        states[label] = {block.name: block.state for block in report.blocks}
        values[label] = {name: result.as_dict() for name, result in results(experiment, str(cache)).items()}
    return Example(cache, values, states)


class Digits(NamedTuple):
    """Grey values between 0 and 1, and labels, in the order of the file."""

    pixels: np.ndarray
    labels: np.ndarray

    def part(self, first: int, last: int) -> Digits:
        return Digits(self.pixels[first : last + 1], self.labels[first : last + 1])


@pytest.fixture(scope="module")
def digits() -> Digits:
    with (EXAMPLES / "data" / "digits.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header[0] == "label"
    table = np.array(rows, dtype=float)
    return Digits(table[:, 1:] / 16, table[:, 0].astype(int))


def _identify(digits: Digits, neighbours: int | None) -> np.ndarray:
    """Decide about the images 898 to 1796 after learning from 0 to 897."""
    train, test = digits.part(0, 897), digits.part(898, 1796)
    analysis = LinearDiscriminantAnalysis().fit(*train)
    if neighbours is None:
        return analysis.predict(test.pixels)
    classifier = KNeighborsClassifier(neighbours).fit(analysis.transform(train.pixels), train.labels)
    return classifier.predict(analysis.transform(test.pixels))


@pytest.mark.parametrize(("label", "neighbours"), [(LDA, None), (NEIGHBOURS, 7)])
def test_identification_agrees_with_scikit_learn(
    example: Example, digits: Digits, label: str, neighbours: int | None
) -> None:
    truth, decisions = digits.labels[898:], _identify(digits, neighbours)
    found = example.values[label]["evaluation"]
    assert found["error_rate"] == pytest.approx(1 - accuracy_score(truth, decisions), abs=1e-7)
    assert found["images"] == 899
    assert found["errors"] == np.sum(truth != decisions)
    assert found["error_rate_low"] < found["error_rate"] < found["error_rate_high"]
    matrix = found["confusion_matrix"]
    assert list(matrix["labels"]) == list("0123456789")
    np.testing.assert_array_equal(matrix["counts"], confusion_matrix(truth, decisions))


def test_error_rates_are_the_documented_ones(example: Example) -> None:
    """The numbers that README and .rst files print."""
    assert example.values[LDA]["evaluation"]["errors"] == 71
    assert example.values[NEIGHBOURS]["evaluation"]["errors"] == 64
    assert example.values[VERIFICATION]["error_rates"]["equal_error_rate"] == pytest.approx(0.1787, abs=5e-5)


@pytest.fixture(scope="module")
def comparisons(digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    """Whether each comparison of the protocol *verification* is genuine, and its cosine score."""
    analysis = PCA(20, svd_solver="full").fit(digits.part(0, 797).pixels)
    pool, probes = digits.part(798, 1197), digits.part(1198, 1796)
    templates, classes = [], []
    for digit in range(10):
        images = analysis.transform(pool.pixels[pool.labels == digit][:20])
        templates.extend(images.reshape(4, 5, -1).mean(axis=1))
        classes.extend([digit] * 4)
    scores = cosine_similarity(analysis.transform(probes.pixels), templates)
    genuine = probes.labels[:, None] == np.array(classes)
    return genuine.ravel(), scores.ravel()


def test_equal_error_rate_agrees_with_scikit_learn(
    example: Example, comparisons: tuple[np.ndarray, np.ndarray]
) -> None:
    genuine, scores = comparisons
    found = example.values[VERIFICATION]["error_rates"]
    fmr, tmr, thresholds = roc_curve(genuine, scores, drop_intermediate=False)
    closest = np.argmin(np.abs(fmr - (1 - tmr)))
    assert found["equal_error_rate"] == pytest.approx((fmr[closest] + 1 - tmr[closest]) / 2, abs=1e-7)
    assert found["threshold"] == pytest.approx(thresholds[closest], abs=1e-6)
    # Where the line between the points of the curve crosses the diagonal: no threshold is closer than one comparison.
    crossing = brentq(lambda rate: np.interp(rate, fmr, 1 - tmr) - rate, 0, 1)
    assert found["equal_error_rate"] == pytest.approx(crossing, abs=1 / genuine.sum())


def test_error_rates_at_thresholds_agree_with_counting(
    example: Example, comparisons: tuple[np.ndarray, np.ndarray]
) -> None:
    genuine, scores = comparisons
    found = example.values[VERIFICATION]["error_rates"]
    assert (found["genuine"], found["impostor"]) == (genuine.sum(), (~genuine).sum())
    # The threshold is a single precision number beside double precision scores: one comparison may fall over.
    match = scores >= found["threshold"]
    assert found["false_match_rate"] == pytest.approx(match[~genuine].mean(), abs=1.5 / (~genuine).sum())
    assert found["false_non_match_rate"] == pytest.approx(1 - match[genuine].mean(), abs=1.5 / genuine.sum())
    impostor = np.sort(scores[~genuine])[::-1]
    for name, share in (("fmr100", 0.01), ("fmr1000", 0.001)):
        # As many impostors as may match do, and the threshold lies just above the next one.
        allowed = impostor[int(share * len(impostor))]
        assert found[name] == pytest.approx(np.mean(scores[genuine] <= allowed), abs=1e-7)


def _counts(fmr: np.ndarray, tmr: np.ndarray, genuine: np.ndarray) -> set[tuple[int, int]]:
    """Return the points of a ROC curve as numbers of comparisons, which leave no room for rounding."""
    matches = np.rint(fmr * (~genuine).sum()).astype(int), np.rint(tmr * genuine.sum()).astype(int)
    return set(zip(*(numbers.tolist() for numbers in matches), strict=True))


def test_curves_agree_with_scikit_learn(example: Example, comparisons: tuple[np.ndarray, np.ndarray]) -> None:
    genuine, scores = comparisons
    curves = example.values[VERIFICATION]["curves"]
    area = roc_auc_score(genuine, scores)
    assert curves["area_under_roc"] == pytest.approx(area, abs=1e-7)
    assert curves["roc"]["area"] == pytest.approx(area, abs=1e-12)

    fmr, tmr = np.array(curves["roc"]["false_match_rate"]), np.array(curves["roc"]["true_match_rate"])
    assert (fmr[0], tmr[0], fmr[-1], tmr[-1]) == (1, 1, 0, 0)
    expected = roc_curve(genuine, scores, drop_intermediate=False)
    assert _counts(fmr, tmr, genuine) <= _counts(expected[0], expected[1], genuine)
    # Left out are only points on straight lines: the area does not change.
    assert np.sum((fmr[:-1] - fmr[1:]) * (tmr[:-1] + tmr[1:]) / 2) == pytest.approx(area, abs=1e-12)

    np.testing.assert_allclose(curves["det"]["false_match_rate"], fmr, atol=0)
    np.testing.assert_allclose(curves["det"]["false_non_match_rate"], 1 - tmr, atol=1e-12)


def test_histograms_agree_with_numpy(example: Example, comparisons: tuple[np.ndarray, np.ndarray]) -> None:
    genuine, scores = comparisons
    histogram = example.values[VERIFICATION]["curves"]["histogram"]
    edges = np.array(histogram["edges"])
    assert (edges[0], edges[-1]) == pytest.approx((scores.min(), scores.max()), abs=1e-12)
    for kind, mine in (("genuine", scores[genuine]), ("impostor", scores[~genuine])):
        # A score on an edge may fall to either side, as the last bits of scores differ.
        cumulated = np.cumsum(histogram[kind])
        expected = np.searchsorted(np.sort(mine), edges[1:], side="right")
        assert cumulated[-1] == len(mine)
        assert np.abs(cumulated - expected).max() <= 1


def test_second_identification_runs_only_what_differs(example: Example) -> None:
    ran = {name for name, state in example.states[NEIGHBOURS].items() if state == "done"}
    assert ran == {"classify", "evaluation"}
    assert set(example.states[LDA].values()) == {"done"}


def test_export_writes_the_same_file_again(tmp_path: Path) -> None:
    export = runpy.run_path(str(EXAMPLES / "export_digits.py"))["export"]
    assert export(tmp_path / "digits.csv") == 1797
    assert (tmp_path / "digits.csv").read_bytes() == (EXAMPLES / "data" / "digits.csv").read_bytes()
