"""The report: one HTML file that opens anywhere, and the same in three lines."""

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from pdflearn.ladder import CLASSIFICATION, CONTROLS, gain
from pdflearn.validation import best_of_each

METRIC_WORDS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "top3": "top-3 accuracy",
    "macro_f1": "macro F1",
    "log_loss": "log loss",
    "brier": "Brier score",
    "rmse": "root mean square error",
    "mae": "mean absolute error",
    "r2": "R² (share of the variance explained)",
}


def embed(path: str | Path) -> str:
    """An SVG file as a data address."""
    return "data:image/svg+xml;base64," + base64.b64encode(Path(path).read_bytes()).decode()


def interval(row: pd.Series) -> str:
    """A score with its interval, as in 0.91 (0.88 to 0.94)."""
    return f"{row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f})"


def task_section(
    name: str,
    metric: str,
    estimators: dict[str, str],
    validation: pd.DataFrame,
    chosen: dict[str, Any],
    evaluation: pd.DataFrame,
    kind: str = CLASSIFICATION,
) -> dict[str, Any]:
    """What the report says of one task: a row for each model, and the chosen one's scores.

    Beside the metric that the choice was made by stands a second one: top-3 accuracy of classes,
    the explained variance of numbers.
    """
    second = "top3" if kind == CLASSIFICATION else "r2"
    further = ("calibration_error", "coverage", "set_size") if kind == CLASSIFICATION else ("mae",)
    cross = best_of_each(validation, metric).set_index(["model", "part"])["mean"]
    errors = best_of_each(validation, metric).set_index(["model", "part"])["sem"]
    everything = evaluation[evaluation["part"] == "all"].set_index(["model", "metric"])
    rows = []
    for model, estimator in estimators.items():
        rows.append(
            {
                "model": model.replace("_", " "),
                "control": estimator in CONTROLS,
                "chosen": model == chosen["model"],
                "training": cross.get((model, "train")),
                "validation": cross[model, "validation"],
                "error": errors[model, "validation"],
                "vault": interval(everything.loc[(model, metric)]),
                "second": interval(everything.loc[(model, second)]),
                "value": everything.loc[(model, metric), "value"],
            }
        )
    rows.sort(key=lambda row: (-gain(metric) * row["validation"], row["model"]))
    by_part = evaluation[
        (evaluation["model"] == chosen["model"]) & (evaluation["metric"] == metric)
    ]
    first = everything.loc[(chosen["model"], metric)]
    return {
        "name": name,
        "title": name.replace("_", " "),
        "kind": kind,
        "second_metric": METRIC_WORDS[second],
        "metric": METRIC_WORDS[metric],
        "rows": rows,
        "chosen": {**chosen, "title": chosen["model"].replace("_", " ")},
        "score": interval(first),
        "second": interval(everything.loc[(chosen["model"], second)]),
        "n": int(first["n"]),
        "groups": int(first["groups"]),
        "parts": by_part.assign(score=[interval(row) for _, row in by_part.iterrows()]).to_dict(
            "records"
        ),
        "quality": {name: interval(everything.loc[(chosen["model"], name)]) for name in further},
    }


def refused_section(tables: Iterable[pd.DataFrame], split: pd.DataFrame) -> list[dict[str, Any]]:
    """What could not be simulated: for each reason the structures."""
    table = pd.concat(list(tables), ignore_index=True)
    table["name"] = table["id"].map(split.set_index("id")["name"]).fillna(table["id"])
    return [
        {"reason": reason, "names": sorted(rows["name"])}
        for reason, rows in table.groupby("reason")
    ]


def measured_section(index: pd.DataFrame, identification: pd.DataFrame) -> list[dict[str, Any]]:
    """For each measured file what is known of it and its ranked types."""
    answers = dict(iter(identification.groupby("file", sort=False)))
    return [
        {**row, "ranks": answers[row["file"]].to_dict("records")}
        for row in index.to_dict("records")
        if row["file"] in answers
    ]


def summary(
    tasks: list[dict[str, Any]], split: pd.DataFrame, measured: list[dict[str, Any]]
) -> str:
    """Three lines: what was learned, how far to trust it, what the measured samples are."""
    first = tasks[0]
    parts = split["part"].value_counts()
    agree = [row for row in measured if row["label"]]
    right = sum(row["ranks"][0]["structure_type"] == row["label"] for row in agree)
    in_five = sum(row["label"] in [r["structure_type"] for r in row["ranks"]] for row in agree)
    return (
        f"Learned {first['title']} from {parts.get('development', 0)} structures; "
        f"chosen by cross-validation: {first['chosen']['title']}.\n"
        f"On {parts.get('vault', 0)} structures never seen: {first['metric']} {first['score']}, "
        f"{first['second_metric']} {first['second']} (95 % intervals).\n"
        f"Measured PDFs read: {len(measured)}; of {len(agree)} with a known label "
        f"{right} right at rank 1 and {in_five} among the ranks listed.\n"
    )


def render(template: str | Path, context: dict[str, Any]) -> str:
    """Fill the template; everything that comes from data is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(template).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(Path(template).name).render(context)
