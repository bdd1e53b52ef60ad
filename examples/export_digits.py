"""Write ``data/digits.csv`` from the copy of the data set that scikit-learn ships.

Run ``python export_digits.py [FOLDER]`` (scikit-learn must be installed). The file is the same, byte for byte, on every
machine: whole numbers only, one line per image in the order of the data set, lines ended by a line feed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sklearn.datasets import load_digits


def export(path: Path) -> int:
    """Write all images to *path* and return their number.

    The header line names the columns: ``label`` (the digit that is written, 0..9), then the grey values 0..16 of the
    8 by 8 pixels, ``pixel_<row>_<column>``, row by row from the top left corner.
    """
    digits = load_digits()
    lines = [",".join(["label", *digits.feature_names])]
    for label, pixels in zip(digits.target, digits.data, strict=True):
        lines.append(",".join(str(int(value)) for value in (label, *pixels)))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(("\n".join(lines) + "\n").encode("ascii"))
    return len(digits.target)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data"
    print(f"{export(folder / 'digits.csv')} images written to {folder / 'digits.csv'}")
