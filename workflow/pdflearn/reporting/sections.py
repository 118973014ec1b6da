"""The sections of the report: what each says, as rows and words for the template."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pdflearn.core.tasks import CLASSIFICATION, gain
from pdflearn.measured.index import safe_name
from pdflearn.models.registry import CONTROLS
from pdflearn.reporting.names import condition_words, metric_words
from pdflearn.reporting.tables import interval, number, records, title_of
from pdflearn.validation.selection import best_of_each

LABEL_WORDS = {
    "visible_type": (
        "The label is the structure type as far as the radiation can show it: an ordered structure "
        "whose order leaves too little in the pattern counts as its parent type."
    ),
    "structure_type": "The label is the structure type as tabulated, whether or not the radiation "
    "can show it.",
}
MOST_CONFUSIONS = 40


@dataclass(frozen=True)
class TaskTables:
    """The tables that the stages left of one task.

    Attributes
    ----------
    validation, evaluation : DataFrame
        Scores in cross-validation and on the vault.
    selected : dict
        The model that cross-validation chose, and why.
    confusions, types : DataFrame, optional
        Of a classifier: the selected model's `confusion_table` and `recall_table` of `confusion`.
    pairs, merged : DataFrame, optional
        Of a classifier: `equivalence.confused_pairs` of the selected model, and its scores with
        equivalent types as one.
    """

    validation: pd.DataFrame
    selected: dict[str, Any]
    evaluation: pd.DataFrame
    confusions: pd.DataFrame | None = None
    types: pd.DataFrame | None = None
    pairs: pd.DataFrame | None = None
    merged: pd.DataFrame | None = None


def task_section(
    name: str, spec: dict[str, Any], models: dict[str, Any], tables: TaskTables
) -> dict[str, Any]:
    """What the report says of one task: a row for each model, and the selected one's scores.

    Beside the metric that the model was selected by stands a second one: top-3 accuracy of
    classes, the explained variance of numbers.

    Parameters
    ----------
    name : str
    spec : dict
        The task's entry in the config.
    models : dict
        Each of its models with its entry in the config.
    tables : TaskTables
    """
    chosen, evaluation = tables.selected, tables.evaluation
    metric, kind = spec["metric"], spec.get("task_type", CLASSIFICATION)
    second = "top3" if kind == CLASSIFICATION else "r2"
    further = ("mae",)
    if kind == CLASSIFICATION:
        further = ("calibration_error", "coverage", "balanced_coverage", "set_size")
    best = best_of_each(tables.validation, metric).set_index(["model", "split"])
    cross, errors = best["mean"], best["sem"]
    everything = evaluation[evaluation["condition"] == "all"].set_index(["model", "metric"])
    rows = []
    controls = [model for model, own in models.items() if own["estimator"] in CONTROLS]
    for model in models:
        marks = [
            word
            for word, holds in (
                ("chosen", model == chosen["model"]), ("control", model in controls),
            )
            if holds
        ]  # fmt: skip
        rows.append(
            {
                "model": model.replace("_", " ") + (f" ({', '.join(marks)})" if marks else ""),
                "marked": model == chosen["model"],
                "order": cross[model, "validation"],
                "training": number(cross.get((model, "train"), float("nan")), "{:.3f}"),
                "validation": f"{cross[model, 'validation']:.3f}",
                "error": number(errors[model, "validation"], "{:.3f}"),
                "vault": interval(everything.loc[(model, metric)]),
                "second": interval(everything.loc[(model, second)]),
            }
        )
    rows.sort(key=lambda row: (-gain(metric) * row["order"], row["model"]))
    own = evaluation[(evaluation["model"] == chosen["model"]) & (evaluation["metric"] == metric)]
    conditions = [
        {
            "words": condition_words(row["condition"]), "condition": row["condition"],
            "interval": interval(row), "score": row["score"], "n": row["n"],
        }
        for _, row in own.iterrows()
    ]  # fmt: skip
    first = everything.loc[(chosen["model"], metric)]
    guess = [
        everything.loc[(model, metric), "score"]
        for model in controls
        if models[model]["estimator"] == "random"
    ]
    return {
        "name": name,
        "title": name.replace("_", " "),
        "meaning": LABEL_WORDS.get(spec["label"], ""),
        "metric": metric_words(metric),
        "rows": rows,
        "chosen": {**chosen, "title": title_of(chosen["model"], models[chosen["model"]])},
        "alone": len(models) - len(controls) == 1,
        "interval": interval(first),
        "score": float(first["score"]),
        "guess": float(guess[0]) if guess else None,
        "kind": kind,
        "gain": gain(metric),
        "second_metric": metric_words(second),
        "second": interval(everything.loc[(chosen["model"], second)]),
        "n": int(first["n"]),
        "groups": int(first["groups"]),
        "conditions": conditions,
        "quality": {name: interval(everything.loc[(chosen["model"], name)]) for name in further},
        "confusions": (
            []
            if tables.confusions is None
            else records(tables.confusions.head(MOST_CONFUSIONS), share="{:.2f}")
        ),
        "types": [] if tables.types is None else records(tables.types, recall="{:.2f}"),
        "pairs": [] if tables.pairs is None else _pairs(tables.pairs),
        "merged": "" if tables.merged is None else _merged(tables.merged, metric),
    }


def _pairs(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Types that are hardly told apart, as rows."""
    rows = records(table, auroc="{:.2f}", distance="{:.2f}", own_distance="{:.2f}")
    words = {True: "yes", False: "no"}
    return [{**row, "equivalent": words[bool(row["equivalent"])]} for row in rows]


def _merged(table: pd.DataFrame, metric: str) -> str:
    """The chosen model's score where equivalent types count as one."""
    return interval(table[table["metric"] == metric].iloc[0])


def refused_section(tables: Iterable[pd.DataFrame], split: pd.DataFrame) -> list[dict[str, Any]]:
    """What could not be simulated: for each reason the structures."""
    table = pd.concat(list(tables), ignore_index=True).drop_duplicates(["id", "reason"])
    table["name"] = table["id"].map(split.set_index("id")["name"]).fillna(table["id"])
    return [
        {"reason": reason, "structures": ", ".join(sorted(rows["name"]))}
        for reason, rows in table.groupby("reason")
    ]


def measured_section(
    index: pd.DataFrame, identification: pd.DataFrame, plots: set[str]
) -> list[dict[str, Any]]:
    """For each measured file what is known of it and what it was found to be; the user's first.

    Parameters
    ----------
    index, identification : DataFrame
    plots : set of str
        The files in measured/plots: a sample that was fitted is linked to its own.
    """
    answers = dict(iter(identification.groupby("file", sort=False)))
    order = index.assign(later=index["source"] != "user").sort_values("later", kind="stable")
    rows = []
    for row in order.to_dict("records"):
        if row["file"] not in answers:
            continue
        ranks = answers[row["file"]].sort_values("rank")
        first, rest = ranks.iloc[0], ranks.iloc[1:4]
        others = [
            kind + (f" (Rw {rw:.2f})" if pd.notna(rw) else "")
            for kind, rw in zip(rest["structure_type"], rest["rw"], strict=True)
        ]
        plot = f"{safe_name(row['file'])}.png"
        rows.append(
            {
                "file": row["file"],
                "link": f"measured/plots/{plot}" if plot in plots else "",
                "source": row["source"],
                "label": row["label"],
                "radiation": row["radiation"] or "not known",
                "verdict": first["verdict"],
                "first": first["structure_type"],
                "probability": number(first["probability"]),
                "rw": number(first["rw"]),
                "others": ", ".join(others),
                "reason": first["reason"],
                "warnings": row["warnings"],
                "types": ranks["structure_type"].tolist(),
            }
        )
    return rows


def cluster_section(scores: pd.DataFrame, patterns: int) -> dict[str, Any]:
    """What the report says of clustering."""
    real = scores[~scores["method"].isin(("true_labels", "random"))]
    first = real.iloc[0]
    shown = scores.assign(
        stability=[
            "" if pd.isna(row.stability)
            else f"{row.stability:.2f} ({row.stability_low:.2f} to {row.stability_high:.2f})"
            for row in scores.itertuples()
        ],
        method=scores["method"].str.replace("_", " "),
        representation=scores["representation"].str.replace("_", " "),
    )  # fmt: skip
    names = ["assigned", "ari", "nmi", "homogeneity", "completeness", "v_measure", "purity"]
    forms = dict.fromkeys([*names, "silhouette"], "{:.2f}")
    return {
        "n": patterns,
        "representations": real["representation"].nunique(),
        "methods": real["method"].nunique(),
        "first": f"{first['method']} of {first['representation']}".replace("_", " "),
        "ari": f"{first['ari']:.2f}",
        "rows": records(shown, **forms),
    }
