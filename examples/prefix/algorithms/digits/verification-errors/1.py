import numpy


class Algorithm:
    """Measures both error rates on all comparisons at once (hence autonomous).

    The thresholds are found on the same comparisons that they are judged by; a system in the field would have to fix
    its threshold before.
    """

    def process(self, data_loaders, output):
        loader = data_loaders.loaderOf("scores")
        scores, candidates, labels = [], [], []
        for position in range(loader.count()):
            data, _, _ = loader[position]
            scores.append(data["scores"].values)
            candidates.append(data["scores"].labels)
            labels.append(data["label"].value)

        genuine, impostor = metrics.split(numpy.array(scores), numpy.array(candidates), numpy.array(labels))
        rates = metrics.ErrorRates(genuine, impostor)
        equal = rates.equal_error()
        output.write(
            {
                "equal_error_rate": numpy.float32((rates.fmr[equal] + rates.fnmr[equal]) / 2),
                "threshold": numpy.float32(rates.thresholds[equal]),
                "false_match_rate": numpy.float32(rates.fmr[equal]),
                "false_non_match_rate": numpy.float32(rates.fnmr[equal]),
                "fmr100": numpy.float32(rates.fnmr_at(0.01)),
                "fmr1000": numpy.float32(rates.fnmr_at(0.001)),
                "genuine": numpy.int32(len(genuine)),
                "impostor": numpy.int32(len(impostor)),
            },
            loader.data_index_end,
        )
        return True
