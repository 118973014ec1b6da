"""The answer in short, and the same in three lines."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.identification.messages import NONE
from pdflearn.reporting.data import HYPOTHETICAL


def _verdicts(measured: list[dict[str, Any]]) -> str:
    counts = pd.Series([row["verdict"] for row in measured]).value_counts()
    return ", ".join(f"{n} {verdict}" for verdict, n in counts.items())


def _accepted(measured: list[dict[str, Any]]) -> str:
    """Which types were accepted, commonest first."""
    kinds = pd.Series([row["first"] for row in measured if row["verdict"] == "accepted"], dtype=str)
    counts = kinds.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return ", ".join(f"{kind} ({n})" for kind, n in counts.items()) or "none"


def counted(shares: pd.Series) -> str:
    """How many samples in all, where one may count in part: never rounded up to a whole one."""
    return f"{np.floor(shares.sum() * 10 + 1e-9) / 10:.1f}".removesuffix(".0")


def answer(row: dict[str, Any]) -> str:
    """What a measured file was found to be; a type that is refused is named by the reason alone."""
    named = "" if row["verdict"] == NONE else f"{row['first']}, "
    return f"{row['file']}: {named}{row['verdict']}. {row['reason']}"


def answers(
    tasks: list[dict[str, Any]],
    split: pd.DataFrame,
    measured: list[dict[str, Any]],
    benchmark: pd.DataFrame,
) -> list[dict[str, Any]]:
    """The answer in short: what was learned, how far to trust it, what the samples are."""
    first = tasks[0]
    parts = split["subset"].value_counts()
    learned = split[split["subset"] == "development"]
    hypothetical = int((learned["origin"] == HYPOTHETICAL).sum())
    tested = learned.loc[learned["evaluated"], "structure_type"].nunique()
    stress = [row for row in first["conditions"] if row["condition"].startswith("stress")]
    trust = [
        f"On {parts.get('vault', 0)} structures that it never saw, {first['title']} is told with a "
        f"{first['metric']} of {first['interval']}"
        + (
            f"; a random guess would reach {first['guess']:.2f}"
            if first["guess"] is not None
            else ""
        )
        + f". Its {first['second_metric']} is {first['second']}"
        + (
            ": how often the right answer is among the first three."
            if first["kind"] == CLASSIFICATION
            else "."
        )
    ]
    if stress:
        worst = min(stress, key=lambda row: row["score"] * first["gain"])
        trust.append(
            f"It is least to be trusted under the condition "
            f"{worst['condition'].removeprefix('stress: ').replace('_', ' ')}: "
            f"{worst['interval']}."
        )
    known = benchmark[benchmark["label"] != "none"]
    if len(known):
        trust.append(
            f"Of {len(known)} independent measured samples with a known type, "
            f"{counted(known['top1'])} were named right, "
            f"{counted(known['parent_type'])} right or by a type of the same parent "
            "(of several files of one sample each counts as a part). "
            f"{benchmark['wrongly_accepted'].gt(0).sum()} of {len(benchmark)} were accepted "
            "wrongly, those that are of no type in the library counted as well."
        )
    own = [row for row in measured if row["source"] == "user"]
    samples = []
    if own:
        samples.append(f"Your {len(own)} measured files: {_verdicts(own)}.")
        for row in own[:5]:
            samples.append(answer(row))
    if len(measured) > len(own):
        public = [row for row in measured if row["source"] != "user"]
        samples.append(f"{len(public)} public measured files: {_verdicts(public)}.")
        samples.append(f"Accepted types, with the number of files: {_accepted(public)}.")
    if not measured:
        samples.append("No measured PDF was read.")
    return [
        {
            "title": "What was learned",
            "lines": [
                f"To tell {learned['structure_type'].nunique()} structure types apart ({tested} of "
                f"them with enough compounds to be tested), from {len(learned)} structures "
                f"in {learned['group'].nunique()} families"
                + (
                    f"; {hypothetical} of them are hypothetical, to widen training."
                    if hypothetical
                    else "."
                ),
                f"Cross-validation chose {first['chosen']['title']} among {len(first['rows'])} "
                "models and controls."
                if not first["alone"]
                else f"The one model that learned is {first['chosen']['title']}.",
            ],
        },
        {"title": "How far to trust it", "lines": trust},
        {"title": "What the measured samples are", "lines": samples},
    ]


def summary(
    tasks: list[dict[str, Any]], split: pd.DataFrame, measured: list[dict[str, Any]]
) -> str:
    """Three lines: what was learned, how far to trust it, what the measured samples are."""
    first = tasks[0]
    parts = split["subset"].value_counts()
    agree = [row for row in measured if row["label"] not in ("", "none")]
    right = sum(row["first"] == row["label"] for row in agree)
    listed = sum(row["label"] in row["types"] for row in agree)
    verdicts = f" ({_verdicts(measured)})" if measured else ""
    return (
        f"Learned {first['title']} from {parts.get('development', 0)} structures; "
        f"chosen by cross-validation: {first['chosen']['title']}.\n"
        f"On {parts.get('vault', 0)} structures never seen: {first['metric']} {first['interval']}, "
        f"{first['second_metric']} {first['second']} (95 % intervals).\n"
        f"Measured PDFs read: {len(measured)}{verdicts}; of {len(agree)} with a known label "
        f"{right} right at rank 1 and {listed} among the ranks listed.\n"
    )
