"""The sections of the report: what each says, as rows and words for the template."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pdflearn.core.tasks import CLASSIFICATION, REGRESSION, gain
from pdflearn.measured.index import safe_name
from pdflearn.models.number_limits import number_words
from pdflearn.models.registry import is_control
from pdflearn.reporting.names import condition_words, metric_words, words
from pdflearn.reporting.shares import format_share
from pdflearn.reporting.tables import format_interval, format_number, model_title, table_rows
from pdflearn.validation.selection import best_of_each

LABEL_WORDS = {
    "visible_type": (
        "The label is the structure type as far as the radiation can show it: an ordered structure "
        "whose order leaves too little in the pattern counts as its parent type."
    ),
    "structure_type": "The label is the structure type as tabulated, whether or not the radiation "
    "can show it.",
}
MAX_CONFUSIONS = 40
# The scores that are stated beside the one that the model was selected by.
SECOND_METRIC = {CLASSIFICATION: "top3", REGRESSION: "r2"}
FURTHER_METRICS = {
    CLASSIFICATION: ("calibration_error", "coverage", "balanced_coverage", "set_size"),
    REGRESSION: ("mae", "coverage", "width"),
}


@dataclass(frozen=True)
class TaskTables:
    """The tables that the stages left of one task.

    Attributes
    ----------
    validation : DataFrame
        Every score in cross-validation.
    selected : dict
        The model that cross-validation selected, and why.
    evaluation : DataFrame
        Every model's scores on the vault.
    confusions, recalls : DataFrame, optional
        Of a classifier: the selected model's `confusion_table` and `recall_table` of `confusion`.
    pairs, merged : DataFrame, optional
        Of a classifier: the classes that the selected model hardly tells apart, and its scores
        where equivalent classes count as one.
    """

    validation: pd.DataFrame
    selected: dict[str, Any]
    evaluation: pd.DataFrame
    confusions: pd.DataFrame | None = None
    recalls: pd.DataFrame | None = None
    pairs: pd.DataFrame | None = None
    merged: pd.DataFrame | None = None


def task_section(
    name: str, spec: dict[str, Any], models: dict[str, Any], tables: TaskTables
) -> dict[str, Any]:
    """What the report says of one task: a row for each model, and the selected one's scores.

    Beside the metric that the model was selected by stands a second one: the top-3 accuracy of a
    classifier, the explained variance of a regression.

    Parameters
    ----------
    name : str
        The task.
    spec : dict
        The task's entry in the config.
    models : dict
        Each model of the task with its entry in the config.
    tables : TaskTables

    Returns
    -------
    dict
        The values that the template shows.
    """
    metric, task_type = spec["metric"], spec.get("task_type", CLASSIFICATION)
    second = SECOND_METRIC[task_type]
    selected = tables.selected["model"]
    controls = [model for model in models if is_control(models[model]["estimator"])]
    evaluation = tables.evaluation
    on_vault = evaluation[evaluation["condition"] == "all"].set_index(["model", "metric"])
    score = on_vault.loc[(selected, metric)]
    guesses = [
        float(on_vault.loc[(model, metric), "score"])
        for model in controls
        if models[model]["estimator"] == "random"
    ]
    rows = evaluation[(evaluation["model"] == selected) & (evaluation["metric"] == metric)]
    return {
        "name": name,
        "title": words(name),
        "meaning": LABEL_WORDS.get(spec["label"], ""),
        "task_type": task_type,
        "metric": metric_words(metric),
        "gain": gain(metric),
        "second_metric": metric_words(second),
        "selected": {**tables.selected, "title": model_title(selected, models[selected])},
        "only_model": len(models) - len(controls) == 1,
        "score": float(score["score"]),
        "interval": format_interval(score),
        "second_interval": format_interval(on_vault.loc[(selected, second)]),
        "guess": guesses[0] if guesses else None,
        "n": int(score["n"]),
        "groups": int(score["groups"]),
        "quality": {
            name: format_interval(on_vault.loc[(selected, name)])
            for name in FURTHER_METRICS[task_type]
            if (selected, name) in on_vault.index  # not every model has intervals
        },
        "rows": _score_rows(models, controls, spec, tables),
        "conditions": [
            {
                "words": condition_words(row["condition"]),
                "condition": row["condition"],
                "interval": format_interval(row),
                "score": row["score"],
                "n": row["n"],
            }
            for _, row in rows.iterrows()
        ],
        **_class_tables(tables, metric),
    }


def _score_rows(
    models: dict[str, Any], controls: list[str], spec: dict[str, Any], tables: TaskTables
) -> list[dict[str, Any]]:
    """One row a model, the best in cross-validation first."""
    metric = spec["metric"]
    second = SECOND_METRIC[spec.get("task_type", CLASSIFICATION)]
    selected, evaluation = tables.selected["model"], tables.evaluation
    on_vault = evaluation[evaluation["condition"] == "all"].set_index(["model", "metric"])
    best = best_of_each(tables.validation, metric).set_index(["model", "split"])
    means, stderr = best["mean"], best["sem"]
    rows = []
    for model in models:
        marks = ["chosen"] * (model == selected) + ["control"] * (model in controls)
        rows.append(
            {
                "model": words(model) + (f" ({', '.join(marks)})" if marks else ""),
                "marked": model == selected,
                "order": means[model, "validation"],
                "training": format_number(means.get((model, "train"), float("nan")), "{:.3f}"),
                "validation": f"{means[model, 'validation']:.3f}",
                "stderr": format_number(stderr[model, "validation"], "{:.3f}"),
                "vault": format_interval(on_vault.loc[(model, metric)]),
                "second": format_interval(on_vault.loc[(model, second)]),
            }
        )
    return sorted(rows, key=lambda row: (-gain(metric) * row["order"], row["model"]))


def _class_tables(tables: TaskTables, metric: str) -> dict[str, Any]:
    """What the report says of a classifier's classes; empty for a regression."""
    if tables.confusions is None:
        return {"confusions": [], "recalls": [], "pairs": [], "merged": ""}
    pairs = table_rows(tables.pairs, auroc="{:.2f}", distance="{:.2f}", own_distance="{:.2f}")
    merged = tables.merged[tables.merged["metric"] == metric]
    return {
        "confusions": table_rows(tables.confusions.head(MAX_CONFUSIONS), share="{:.2f}"),
        "recalls": table_rows(tables.recalls, recall="{:.2f}"),
        "pairs": [{**row, "equivalent": "yes" if row["equivalent"] else "no"} for row in pairs],
        "merged": format_interval(merged.iloc[0]),
    }


def rejected_section(tables: Iterable[pd.DataFrame], split: pd.DataFrame) -> list[dict[str, Any]]:
    """The structures that could not be simulated, by reason.

    Parameters
    ----------
    tables : iterable of DataFrame
        id, reason: one table a shard.
    split : DataFrame
        id, name: a row a structure.

    Returns
    -------
    list of dict
        reason, structures (names joined by commas).
    """
    table = pd.concat(list(tables), ignore_index=True).drop_duplicates(["id", "reason"])
    table["name"] = table["id"].map(split.set_index("id")["name"]).fillna(table["id"])
    return [
        {"reason": reason, "structures": ", ".join(sorted(rows["name"]))}
        for reason, rows in table.groupby("reason")
    ]


def measured_section(
    index: pd.DataFrame, identification: pd.DataFrame, plots: set[str]
) -> list[dict[str, Any]]:
    """A row for each measured file: what is known of it and what it is; the user's files first.

    Parameters
    ----------
    index : DataFrame
        file, source, label, radiation, warnings: the rows of measured/index.csv.
    identification : DataFrame
        The rows of measured/identification.csv.
    plots : set of str
        The names of the files in measured/plots: a sample that was fitted is linked to its own.

    Returns
    -------
    list of dict
    """
    answers = dict(iter(identification.groupby("file", sort=False)))
    order = index.assign(later=index["source"] != "user").sort_values("later", kind="stable")
    rows = []
    for row in order.to_dict("records"):
        if row["file"] not in answers:
            continue
        phases = answers[row["file"]].sort_values(["rank", "phase"])
        ranks = phases[phases["phase"] == 1]
        first, rest = ranks.iloc[0], ranks.iloc[1:4]
        others = [
            structure_type + (f" (Rw {rw:.2f})" if pd.notna(rw) else "")
            for structure_type, rw in zip(rest["structure_type"], rest["rw"], strict=True)
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
                "probability": format_number(first["probability"]),
                "rw": format_number(first["rw"]),
                "others": ", ".join(others),
                "reason": " ".join(
                    [
                        first["reason"],
                        *_phase_lines(phases[phases["rank"] == 1]),
                        *_number_lines(first),
                    ]
                ),
                "warnings": row["warnings"],
                "types": ranks["structure_type"].tolist(),
            }
        )
    return rows


def _phase_lines(phases: pd.DataFrame) -> list[str]:
    """What the report says of each phase of a mixture; nothing of a single one."""
    if len(phases) < 2:
        return []
    lines = []
    for phase in phases.to_dict("records"):
        shares = [
            f"{format_share(phase[f'fraction_{of}'], phase[f'fraction_{of}_stderr'])} of the {of}"
            for of in ("atoms", "mass", "volume")
            if pd.notna(phase[f"fraction_{of}"])
        ]
        lines.append(f"{phase['phase_type']} ({phase['phase_structure']}): {', '.join(shares)}.")
    return lines


def _number_lines(first: Mapping[str, Any]) -> list[str]:
    """What the models of numbers read off the pattern, where the study has them."""
    words = number_words(first)
    return [f"By its pattern: {words}."] if words else []


def cluster_section(scores: pd.DataFrame, n_patterns: int) -> dict[str, Any]:
    """What the report says of clustering.

    Parameters
    ----------
    scores : DataFrame
        The rows of clusters/scores.csv, closest to the labels first.
    n_patterns : int
        How many patterns were clustered.

    Returns
    -------
    dict
        The values that the template shows.
    """
    real = scores[~scores["method"].isin(("true_labels", "random"))]
    best = real.iloc[0]
    stability = [
        "" if pd.isna(row.stability)
        else f"{row.stability:.2f} ({row.stability_low:.2f} to {row.stability_high:.2f})"
        for row in scores.itertuples()
    ]  # fmt: skip
    shown = scores.assign(
        stability=stability,
        method=scores["method"].map(words),
        representation=scores["representation"].map(words),
    )
    metrics = (
        "assigned", "ari", "nmi", "homogeneity", "completeness", "v_measure", "purity",
        "silhouette",
    )  # fmt: skip
    return {
        "n": n_patterns,
        "representations": real["representation"].nunique(),
        "methods": real["method"].nunique(),
        "best": words(f"{best['method']} of {best['representation']}"),
        "ari": f"{best['ari']:.2f}",
        "rows": table_rows(shown, **dict.fromkeys(metrics, "{:.2f}")),
    }
