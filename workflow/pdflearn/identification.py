"""What a measured pattern is: the types it looks like, and how sure that is."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.measured import Pattern
from pdflearn.models import AverageClassifier, PatternClassifier

INDEX_COLUMNS = [
    "file", "source", "sample", "series", "label", "radiation", "composition", "temperature",
    "kind", "r_min", "r_max", "points", "q_min", "q_max", "warnings",
]  # fmt: skip


def public_samples(table: str | Path) -> dict[str, dict[str, str]]:
    """What is known of the public files, by their name in the archive."""
    with open(table, newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return {row["file"]: {**row, "label": row["structure_type"]} for row in rows}


def name_in(folder: str | Path, file: str | Path, name: str) -> str:
    """A user's file as the tables name it: its place in the folder, and its name in an archive."""
    place = Path(file).relative_to(folder).as_posix()
    return place if name == Path(file).name else f"{place}/{name}"


def describe(file: str, source: str, pattern: Pattern, known: dict[str, Any]) -> dict[str, Any]:
    """One row of the index: what the user's table says goes before what the file's header says."""
    hints = pattern.header
    row = {"file": file, "source": source, "kind": pattern.kind}
    row |= {key: known.get(key) or "" for key in ("sample", "series", "label")}
    row |= {
        key: known.get(key) or hints.get(key, "")
        for key in ("radiation", "composition", "temperature")
    }
    row |= {key: hints.get(key) for key in ("q_min", "q_max")}
    row |= {"r_min": pattern.r[0], "r_max": pattern.r[-1], "points": len(pattern.r)}
    return row | {"warnings": "; ".join(pattern.warnings)}


def rank_types(
    index: pd.DataFrame,
    patterns: np.ndarray,
    model: PatternClassifier | AverageClassifier,
    ranks: int,
) -> pd.DataFrame:
    """The most probable types of each measured file.

    Parameters
    ----------
    index : DataFrame
        One row a file.
    patterns : array (n, points)
        On the study's grid.
    model : PatternClassifier or AverageClassifier
    ranks : int
        How many types for each file.

    Returns
    -------
    DataFrame
        file, rank, structure_type, probability.
    """
    columns = ["file", "rank", "structure_type", "probability"]
    if len(index) == 0:
        return pd.DataFrame(columns=columns)
    scores = model.predict_proba(patterns)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :ranks]
    rows = [
        (file, rank, model.classes_[column], round(float(row[column]), 4))
        for file, row, order in zip(index["file"], scores, best, strict=True)
        for rank, column in enumerate(order, start=1)
    ]
    return pd.DataFrame(rows, columns=columns)
