"""Answers about measured files with a known label, scored by independent sample."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pdflearn.identification.messages import ACCEPTED
from pdflearn.structures import relations

# Lattice constants at room temperature, angstrom: Ni and Pt from W. P. Davey, Phys. Rev. 25 (1925)
# 753, as in handbooks; Si from the certificate of NIST's SRM 640.
LITERATURE = {("Ni", "fcc"): 3.524, ("Pt", "fcc"): 3.924, ("Si", "diamond"): 5.431}

SAMPLE_COLUMNS = [
    "sample", "radiation", "label", "files", "answer", "top1", "top3", "parent_type", "accepted",
    "wrongly_accepted", "verdict", "rw", "a", "literature_a", "deviation_percent",
]  # fmt: skip
SUMMARY_COLUMNS = [
    "radiation", "structure_type", "samples", "top1", "top3", "parent_type", "accepted",
    "wrongly_accepted",
]  # fmt: skip
_SCORES = ["top1", "top3", "parent_type", "accepted", "wrongly_accepted"]


def _same_group(label: str, answer: str, parents: Mapping[str, str]) -> bool:
    members = [
        sorted(relations.root(part, parents) for part in kind.split("+"))
        for kind in (label, answer)
    ]
    return members[0] == members[1]


def score_files(
    index: pd.DataFrame,
    answers: pd.DataFrame,
    parameters: pd.DataFrame,
    parents: Mapping[str, str],
) -> pd.DataFrame:
    """One row for each labelled file: is the answer right at rank 1, in the first three, ...

    `parent_type`: the first answer is the label, or has the same parent type. For the label "none"
    nothing is right but a verdict that accepts no type; top1, top3 and parent_type are then empty.
    """
    lattice = parameters[parameters["parameter"] == "a"].set_index("file")["value"]
    rows = []
    for row in index[index["label"] != ""].itertuples():
        own = answers[answers["file"] == row.file].sort_values("rank")
        if own.empty:
            continue
        kinds = own["structure_type"].tolist()
        first = own.iloc[0]
        accepted = first["verdict"] == ACCEPTED
        real = row.label != "none"
        right = real and _same_group(row.label, kinds[0], parents)
        literature = LITERATURE.get((row.composition, kinds[0]), np.nan)
        a = float(lattice.get(row.file, np.nan))
        rows.append(
            {
                "file": row.file,
                "sample": row.series or row.sample or row.file,
                "radiation": row.radiation or "unknown",
                "label": row.label,
                "answer": kinds[0],
                "top1": float(kinds[0] == row.label) if real else np.nan,
                "top3": float(row.label in kinds[:3]) if real else np.nan,
                "parent_type": float(right) if real else np.nan,
                "accepted": float(accepted),
                "wrongly_accepted": float(accepted and not right),
                "verdict": first["verdict"],
                "rw": first["rw"],
                "a": a,
                "literature_a": literature,
                "deviation_percent": 100 * (a / literature - 1),
            }
        )
    return pd.DataFrame(rows, columns=["file", *SAMPLE_COLUMNS])


def by_sample(files: pd.DataFrame) -> pd.DataFrame:
    """One row for each independent sample: the mean over its files, copies and temperatures."""
    rows = []
    for (sample, radiation, label), own in files.groupby(
        ["sample", "radiation", "label"], sort=True
    ):
        row = {"sample": sample, "radiation": radiation, "label": label, "files": len(own)}
        for name in ("answer", "verdict"):
            row[name] = " / ".join(own[name].value_counts().index)
        numbers = [*_SCORES, "rw", "a", "literature_a", "deviation_percent"]
        rows.append(row | {name: own[name].mean() for name in numbers})
    return pd.DataFrame(rows, columns=SAMPLE_COLUMNS).round(4)


def summary(samples: pd.DataFrame) -> pd.DataFrame:
    """Scores for each radiation and type, over all samples, and the mean over types (macro)."""
    tables = []
    kinds = [("all", samples)] + list(samples.groupby("radiation", sort=True))
    for radiation, part in kinds:
        known = part[part["label"] != "none"]
        of_type = known.groupby("label")[_SCORES].mean()
        for label, scores in of_type.iterrows():
            tables.append((radiation, label, int((known["label"] == label).sum()), scores))
        if len(known):
            tables.append((radiation, "every sample", len(known), known[_SCORES].mean()))
            tables.append((radiation, "mean over types", len(of_type), of_type.mean()))
        none = part[part["label"] == "none"]
        if len(none):
            tables.append((radiation, "none", len(none), none[_SCORES].mean()))
    rows = [
        {"radiation": radiation, "structure_type": label, "samples": n, **scores.to_dict()}
        for radiation, label, n, scores in tables
    ]
    return pd.DataFrame(rows, columns=SUMMARY_COLUMNS).round(4)
