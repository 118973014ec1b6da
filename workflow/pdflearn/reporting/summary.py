"""The study's answer in short: for the head of the report, and as three lines of text."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.identification.messages import ACCEPTED, NONE
from pdflearn.reporting.data import HYPOTHETICAL
from pdflearn.reporting.names import words

MAX_NAMED = 5  # of the user's files


def count_samples(shares: pd.Series) -> str:
    """The number of samples, where one may count in part; never rounded up to a whole one.

    Parameters
    ----------
    shares : Series of float
        How much of each sample counts, from 0 to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> count_samples(pd.Series([1.0, 0.5]))
    '1.5'
    >>> count_samples(pd.Series([0.99, 0.99]))
    '1.9'
    """
    return f"{np.floor(shares.sum() * 10 + 1e-9) / 10:.1f}".removesuffix(".0")


def describe_sample(row: dict[str, Any]) -> str:
    """What a measured file is, and why; a type that is refused is named by the reason alone.

    Parameters
    ----------
    row : dict
        file, first (the type), verdict, reason.
    """
    name = "" if row["verdict"] == NONE else f"{row['first']}, "
    return f"{row['file']}: {name}{row['verdict']}. {row['reason']}"


def _count_verdicts(measured: list[dict[str, Any]]) -> str:
    """How many files got each verdict."""
    counts = pd.Series([row["verdict"] for row in measured]).value_counts()
    return ", ".join(f"{n} {verdict}" for verdict, n in counts.items())


def _accepted_types(measured: list[dict[str, Any]]) -> str:
    """The types that were accepted, commonest first, with their numbers of files."""
    types = pd.Series([row["first"] for row in measured if row["verdict"] == ACCEPTED], dtype=str)
    counts = types.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return ", ".join(f"{name} ({n})" for name, n in counts.items()) or "none"


def short_answers(
    tasks: list[dict[str, Any]],
    split: pd.DataFrame,
    measured: list[dict[str, Any]],
    measured_scores: pd.DataFrame,
) -> list[dict[str, Any]]:
    """What the measured samples are, how far to trust that, and what was learned.

    Parameters
    ----------
    tasks : list of dict
        `sections.task_section` of each task; the first one is told of.
    split : DataFrame
        structure_type, origin, subset, evaluated, group: a row a structure.
    measured : list of dict
        `sections.measured_section`.
    measured_scores : DataFrame
        The rows of measured/scores.csv: samples whose type is known.

    Returns
    -------
    list of dict
        title, lines (sentences).
    """
    return [
        {"title": "What the measured samples are", "lines": _samples(measured)},
        {"title": "How far to trust it", "lines": _trust(tasks[0], split, measured_scores)},
        {"title": "What was learned", "lines": _what_was_learned(tasks[0], split)},
    ]


def _what_was_learned(task: dict[str, Any], split: pd.DataFrame) -> list[str]:
    """Which structures were learned from, and which model was selected."""
    learned = split[split["subset"] == "development"]
    n_types = learned["structure_type"].nunique()
    n_tested = learned.loc[learned["evaluated"], "structure_type"].nunique()
    n_hypothetical = int((learned["origin"] == HYPOTHETICAL).sum())
    lines = [
        f"The models learned to tell {n_types} structure types apart. {n_tested} of these types "
        "have enough compounds to be tested.",
        f"They learned from {len(learned)} structures in {learned['group'].nunique()} families of "
        "similar compounds.",
    ]
    if n_hypothetical:
        lines[1] += (
            f" {n_hypothetical} of the structures are hypothetical compounds, made up to widen "
            "training."
        )
    title = task["selected"]["title"]
    if task["only_model"]:
        lines.append(f"The one model that learned is {title}.")
    else:
        lines.append(
            f"Cross-validation chose {title} among {len(task['rows'])} models and controls."
        )
    return lines


def _trust(task: dict[str, Any], split: pd.DataFrame, measured_scores: pd.DataFrame) -> list[str]:
    """The scores on structures never seen, under the worst condition, and on known samples."""
    n_vault = int((split["subset"] == "vault").sum())
    line = (
        f"On {n_vault} structures that it had never seen, the model predicts the {task['title']} "
        f"with a {task['metric']} of {task['interval']}."
    )
    if task["guess"] is not None:
        line += f" A random guess would reach {task['guess']:.2f}."
    line += f" The model's {task['second_metric']} is {task['second_interval']}"
    if task["task_type"] == CLASSIFICATION:
        line += ": the share of patterns whose right answer is among the first three"
    lines = [f"{line}. The numbers in brackets are 95 % intervals."]
    stress = [row for row in task["conditions"] if row["condition"].startswith("stress")]
    if stress:
        worst = min(stress, key=lambda row: row["score"] * task["gain"])
        condition = words(worst["condition"].removeprefix("stress: "))
        lines.append(
            f"Trust it least under the condition {condition}: there the {task['metric']} is "
            f"{worst['interval']}."
        )
    known = measured_scores[measured_scores["label"] != "none"]
    if len(known):
        n_wrong = measured_scores["wrongly_accepted"].gt(0).sum()
        lines.append(
            f"{len(known)} independent measured samples have a known type. Of these, "
            f"{count_samples(known['top1'])} were named right, and "
            f"{count_samples(known['parent_type'])} were named right or by a type of the same "
            "parent. (Each of several files of one sample counts as a part of it.) A wrong type "
            f"was accepted for {n_wrong} of {len(measured_scores)} samples, which include those "
            "that are of no type in the library."
        )
    return lines


def _samples(measured: list[dict[str, Any]]) -> list[str]:
    """The verdicts on the user's files and on the public ones."""
    if not measured:
        return ["No measured PDF was read."]
    own = [row for row in measured if row["source"] == "user"]
    public = [row for row in measured if row["source"] != "user"]
    lines = []
    if own:
        lines.append(f"Your {len(own)} measured files: {_count_verdicts(own)}.")
        lines += [describe_sample(row) for row in own[:MAX_NAMED]]
    if public:
        lines.append(f"{len(public)} public measured files: {_count_verdicts(public)}.")
        lines.append(f"Accepted types, with the number of files: {_accepted_types(public)}.")
    return lines


def summary_text(
    tasks: list[dict[str, Any]], split: pd.DataFrame, measured: list[dict[str, Any]]
) -> str:
    """Three lines: what was learned, how far to trust it, what the measured samples are.

    Parameters
    ----------
    tasks, split, measured
        As in `short_answers`.
    """
    task = tasks[0]
    sizes = split["subset"].value_counts()
    labelled = [row for row in measured if row["label"] not in ("", "none")]
    n_right = sum(row["first"] == row["label"] for row in labelled)
    n_listed = sum(row["label"] in row["types"] for row in labelled)
    verdicts = f" ({_count_verdicts(measured)})" if measured else ""
    return (
        f"Learned {task['title']} from {sizes.get('development', 0)} structures; "
        f"chosen by cross-validation: {task['selected']['title']}.\n"
        f"On {sizes.get('vault', 0)} structures never seen: {task['metric']} {task['interval']}, "
        f"{task['second_metric']} {task['second_interval']} (95 % intervals).\n"
        f"Measured PDFs read: {len(measured)}{verdicts}; of {len(labelled)} with a known label "
        f"{n_right} right at rank 1 and {n_listed} among the ranks listed.\n"
    )
