"""Scores of the answers about measured files with a known label, by independent sample."""

from collections.abc import Iterator, Mapping

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
NO_TYPE = "none"  # the label of a sample that is of no crystal type of the library
_SCORES = ["top1", "top3", "parent_type", "accepted", "wrongly_accepted"]


def score_files(
    index: pd.DataFrame,
    answers: pd.DataFrame,
    parameters: pd.DataFrame,
    parents: Mapping[str, str],
) -> pd.DataFrame:
    """Score the answer about each measured file with a label.

    Parameters
    ----------
    index : DataFrame
        index.csv: columns file, sample, series, radiation, composition and label ("" for none).
    answers : DataFrame
        identification.csv: columns file, rank, structure_type, verdict and rw.
    parameters : DataFrame
        parameters.csv: columns file, parameter and value.
    parents : mapping
        structure_type -> its parent type.

    Returns
    -------
    DataFrame
        One row a file, with 1 or 0 for each score: `top1` and `top3`, the label is the first
        answer or among the first three; `parent_type`, the first answer is the label or goes back
        to the same parent type; `accepted`; `wrongly_accepted`, the verdict accepts a type that
        does not go back to the label's parent type. For the label "none" nothing is right but a
        verdict that accepts no type; top1, top3 and parent_type are then NaN.

    See Also
    --------
    by_sample, summary : Tables that follow from this one.

    Examples
    --------
    >>> index = pd.DataFrame(
    ...     {"file": ["a.gr"], "sample": "", "series": "", "radiation": "xray",
    ...      "composition": "Ni", "label": "fcc"}
    ... )
    >>> answers = pd.DataFrame(
    ...     {"file": "a.gr", "rank": [1, 2], "structure_type": ["L1_0", "fcc"],
    ...      "verdict": ["accepted", ""], "rw": [0.1, 0.2]}
    ... )
    >>> parameters = pd.DataFrame({"file": ["a.gr"], "parameter": "a", "value": 3.53})
    >>> scores = score_files(index, answers, parameters, parents={"L1_0": "fcc"})
    >>> scores[["top1", "top3", "parent_type", "wrongly_accepted"]].to_dict("records")
    [{'top1': 0.0, 'top3': 1.0, 'parent_type': 1.0, 'wrongly_accepted': 0.0}]
    """
    lattice = parameters[parameters["parameter"] == "a"].set_index("file")["value"]
    rows = []
    for row in index[index["label"] != ""].itertuples():
        answer = answers[answers["file"] == row.file].sort_values("rank")
        if answer.empty:
            continue
        first = answer.iloc[0]
        literature = LITERATURE.get((row.composition, first["structure_type"]), np.nan)
        a = float(lattice.get(row.file, np.nan))
        rows.append(
            {
                "file": row.file,
                "sample": row.series or row.sample or row.file,
                "radiation": row.radiation or "unknown",
                "label": row.label,
                "answer": first["structure_type"],
                **_score(row.label, answer["structure_type"].tolist(), first["verdict"], parents),
                "verdict": first["verdict"],
                "rw": first["rw"],
                "a": a,
                "literature_a": literature,
                "deviation_percent": 100 * (a / literature - 1),
            }
        )
    return pd.DataFrame(rows, columns=["file", *SAMPLE_COLUMNS])


def _score(
    label: str, types: list[str], verdict: str, parents: Mapping[str, str]
) -> dict[str, float]:
    """The scores of one file from its types in order of rank."""
    is_type = label != NO_TYPE
    right = is_type and _parent_types(label, parents) == _parent_types(types[0], parents)
    return {
        "top1": float(types[0] == label) if is_type else np.nan,
        "top3": float(label in types[:3]) if is_type else np.nan,
        "parent_type": float(right) if is_type else np.nan,
        "accepted": float(verdict == ACCEPTED),
        "wrongly_accepted": float(verdict == ACCEPTED and not right),
    }


def _parent_types(structure_type: str, parents: Mapping[str, str]) -> list[str]:
    """What a type, or each of those of a mixture "a+b", goes back to."""
    return sorted(relations.root(phase, parents) for phase in structure_type.split("+"))


def by_sample(files: pd.DataFrame) -> pd.DataFrame:
    """Average the scores over the files of each independent sample: copies and temperatures.

    Parameters
    ----------
    files : DataFrame
        As `score_files` returns it.

    Returns
    -------
    DataFrame
        Columns `SAMPLE_COLUMNS`; one row for each sample, radiation and label. Different answers
        and verdicts are joined by " / ", the most frequent one first.
    """
    rows = []
    for (sample, radiation, label), group in files.groupby(
        ["sample", "radiation", "label"], sort=True
    ):
        row = {"sample": sample, "radiation": radiation, "label": label, "files": len(group)}
        for name in ("answer", "verdict"):
            row[name] = " / ".join(group[name].value_counts().index)
        numeric = [*_SCORES, "rw", "a", "literature_a", "deviation_percent"]
        rows.append(row | {name: group[name].mean() for name in numeric})
    return pd.DataFrame(rows, columns=SAMPLE_COLUMNS).round(4)


def summary(samples: pd.DataFrame) -> pd.DataFrame:
    """Average the scores over samples, for each radiation and type.

    Parameters
    ----------
    samples : DataFrame
        As `by_sample` returns it.

    Returns
    -------
    DataFrame
        Columns `SUMMARY_COLUMNS`. For all radiations together and for each one: a row for each
        type, "every sample", "mean over types" (macro average) and "none".
    """
    rows = []
    for radiation, group in [("all", samples), *samples.groupby("radiation", sort=True)]:
        for name, n_samples, scores in _means(group):
            row = {"radiation": radiation, "structure_type": name, "samples": n_samples}
            rows.append(row | scores.to_dict())
    return pd.DataFrame(rows, columns=SUMMARY_COLUMNS).round(4)


def _means(samples: pd.DataFrame) -> Iterator[tuple[str, int, pd.Series]]:
    """Name, number of samples (or of types) and mean scores of each row of the summary."""
    known = samples[samples["label"] != NO_TYPE]
    of_type = known.groupby("label")[_SCORES].mean()
    for label, scores in of_type.iterrows():
        yield label, int((known["label"] == label).sum()), scores
    if len(known):
        yield "every sample", len(known), known[_SCORES].mean()
        yield "mean over types", len(of_type), of_type.mean()
    without_type = samples[samples["label"] == NO_TYPE]
    if len(without_type):
        yield NO_TYPE, len(without_type), without_type[_SCORES].mean()
