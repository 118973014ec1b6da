"""The report: one HTML file that opens anywhere, and the same in three lines."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pandas as pd

from pdflearn.core.tasks import CLASSIFICATION, gain
from pdflearn.identification.messages import NONE
from pdflearn.measured.index import safe_name
from pdflearn.models.registry import CONTROLS
from pdflearn.reporting.data import MADE_UP
from pdflearn.reporting.scores import part_words
from pdflearn.validation.selection import best_of_each

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
LABEL_WORDS = {
    "visible_type": (
        "The label is the structure type as far as the radiation can show it: an ordered structure "
        "whose order leaves too little in the pattern counts as its parent type."
    ),
    "structure_type": "The label is the structure type as tabulated, whether or not the radiation "
    "can show it.",
}
# What stands behind the estimators of the config, for those who meet them for the first time.
MODEL_WORDS = {
    "perfect": "control: is told the answer, the upper bound of every score",
    "random": "control: guesses, each answer as often as it occurs in training",
    "majority": "control: always the commonest answer",
    "mean": "control: always the mean of the numbers in training",
    "perceptron": "a weighted sum of the pattern for each class, corrected wherever it errs",
    "linear_regression": "a weighted sum of the pattern, with the least squared error",
    "linear_gradient": "the same, found in small steps downhill (gradient descent)",
    "ridge": "a weighted sum of the pattern, with small weights",
    "logistic_gradient": "weighted sums turned into probabilities, found in small steps downhill",
    "logistic_regression": "weighted sums turned into probabilities, found by a solver",
    "linear_svm": "weighted sums that keep the classes as far apart as can be",
    "knn": "the commonest answer among the most similar patterns learned from",
    "template": "the answer of the pattern that correlates best at any stretch",
    "self_training": "logistic regression that teaches itself on patterns without a label",
    "label_spreading": "labels that spread to similar patterns without one",
    "extra_trees": "many trees of yes-or-no questions, averaged",
    "gradient_boosting": "trees of yes-or-no questions, each on what those before left wrong",
    "mlp": "a neural network: layers of weighted sums of what the layer before found",
    "convolutions": "weighted sums of how often short motifs occur, wherever they stand",
    "average": "the mean of the answers of other models",
}
MOST_CONFUSIONS = 40


def embed(path: str | Path) -> str:
    """An SVG file as a data address."""
    return "data:image/svg+xml;base64," + base64.b64encode(Path(path).read_bytes()).decode()


def captions(files: Iterable[str | Path]) -> dict[str, dict[str, str]]:
    """For each figure what it shows (first paragraph) and what to see in it (the rest)."""
    found = {}
    for file in files:
        alt, see = Path(file).read_text(encoding="utf-8").strip().split("\n\n", 1)
        found[Path(file).stem] = {"alt": " ".join(alt.split()), "see": " ".join(see.split())}
    return found


def number(value: float, form: str = "{:.2f}") -> str:
    """A number for a table; nothing where there is none."""
    return "" if pd.isna(value) else form.format(value)


def records(table: pd.DataFrame, **forms: str) -> list[dict[str, Any]]:
    """Rows for a table of the report; columns named in `forms` are written in that form."""
    shown = table.copy()
    for column, form in forms.items():
        shown[column] = [number(value, form) for value in shown[column]]
    return shown.to_dict("records")


def interval(row: pd.Series) -> str:
    """A score with its interval, as in 0.91 (0.88 to 0.94)."""
    return f"{row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f})"


def settings_rows(config: dict[str, Any], before: str = "") -> Iterator[dict[str, str]]:
    """Every setting as a key with dots and its value."""
    for key, value in config.items():
        name = f"{before}.{key}" if before else str(key)
        if isinstance(value, dict) and value:
            yield from settings_rows(value, name)
        else:
            yield {"key": name, "value": str(value)}


def title_of(name: str, spec: dict[str, Any]) -> str:
    """A model in words; an average names what it is the mean of."""
    members = [member.split("/")[-1].replace("_", " ") for member in spec.get("members") or []]
    title = name.replace("_", " ")
    return f"{title} (the mean of {' and '.join(members)})" if members else title


def model_rows(models: dict[str, Any]) -> list[dict[str, str]]:
    """Each model of the config and what it is."""
    return [
        {"model": title_of(name, spec), "meaning": MODEL_WORDS[spec["estimator"]]}
        for name, spec in models.items()
    ]


def task_section(
    name: str,
    spec: dict[str, Any],
    models: dict[str, Any],
    validation: pd.DataFrame,
    chosen: dict[str, Any],
    evaluation: pd.DataFrame,
    confusions: pd.DataFrame | None = None,
    types: pd.DataFrame | None = None,
    pairs: pd.DataFrame | None = None,
    merged: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """What the report says of one task: a row for each model, and the chosen one's scores.

    Beside the metric that the choice was made by stands a second one: top-3 accuracy of classes,
    the explained variance of numbers.

    Parameters
    ----------
    name : str
    spec : dict
        The task's entry in the config.
    models : dict
        Each of its models with its entry in the config.
    validation, evaluation : DataFrame
    chosen : dict
    confusions, types : DataFrame
        What `mistakes.confusions` and `found_types` say of the chosen model; of classes.
    pairs, merged : DataFrame
        What `equivalence.confused_pairs` says of it, and its scores with equivalent types as one.
    """
    metric, kind = spec["metric"], spec.get("kind", CLASSIFICATION)
    second = "top3" if kind == CLASSIFICATION else "r2"
    further = ("mae",)
    if kind == CLASSIFICATION:
        further = ("calibration_error", "coverage", "balanced_coverage", "set_size")
    best = best_of_each(validation, metric).set_index(["model", "part"])
    cross, errors = best["mean"], best["sem"]
    everything = evaluation[evaluation["part"] == "all"].set_index(["model", "metric"])
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
    parts = [
        {
            "words": part_words(row["part"]), "part": row["part"], "score": interval(row),
            "value": row["value"], "n": row["n"],
        }
        for _, row in own.iterrows()
    ]  # fmt: skip
    first = everything.loc[(chosen["model"], metric)]
    guess = [
        everything.loc[(model, metric), "value"]
        for model in controls
        if models[model]["estimator"] == "random"
    ]
    return {
        "name": name,
        "title": name.replace("_", " "),
        "meaning": LABEL_WORDS.get(spec["label"], ""),
        "metric": METRIC_WORDS[metric],
        "rows": rows,
        "chosen": {**chosen, "title": title_of(chosen["model"], models[chosen["model"]])},
        "alone": len(models) - len(controls) == 1,
        "score": interval(first),
        "value": float(first["value"]),
        "guess": float(guess[0]) if guess else None,
        "kind": kind,
        "gain": gain(metric),
        "second_metric": METRIC_WORDS[second],
        "second": interval(everything.loc[(chosen["model"], second)]),
        "n": int(first["n"]),
        "groups": int(first["groups"]),
        "parts": parts,
        "quality": {name: interval(everything.loc[(chosen["model"], name)]) for name in further},
        "confusions": (
            [] if confusions is None else records(confusions.head(MOST_CONFUSIONS), share="{:.2f}")
        ),
        "types": [] if types is None else records(types, share="{:.2f}"),
        "pairs": [] if pairs is None else _pairs(pairs),
        "merged": "" if merged is None else _merged(merged, metric),
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
        view=scores["view"].str.replace("_", " "),
    )  # fmt: skip
    names = ["assigned", "ari", "nmi", "homogeneity", "completeness", "v_measure", "purity"]
    forms = dict.fromkeys([*names, "silhouette"], "{:.2f}")
    return {
        "n": patterns,
        "views": real["view"].nunique(),
        "methods": real["method"].nunique(),
        "first": f"{first['method']} in the view {first['view']}".replace("_", " "),
        "ari": f"{first['ari']:.2f}",
        "rows": records(shown, **forms),
    }


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
    parts = split["part"].value_counts()
    learned = split[split["part"] == "development"]
    made_up = int((learned["origin"] == MADE_UP).sum())
    tested = learned.loc[learned["tested"], "structure_type"].nunique()
    stress = [part for part in first["parts"] if part["part"].startswith("stress")]
    trust = [
        f"On {parts.get('vault', 0)} structures that it never saw, {first['title']} is told with a "
        f"{first['metric']} of {first['score']}"
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
        worst = min(stress, key=lambda part: part["value"] * first["gain"])
        trust.append(
            f"It is least to be trusted under the condition "
            f"{worst['part'].removeprefix('stress: ').replace('_', ' ')}: {worst['score']}."
        )
    known = benchmark[benchmark["label"] != "none"]
    if len(known):
        trust.append(
            f"Of {len(known)} independent measured samples with a known type, "
            f"{counted(known['top1'])} were named right, {counted(known['group'])} right or by a "
            f"type of the same parent (of several files of one sample each counts as a part). "
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
                + (f"; {made_up} of them are made up, to widen training." if made_up else "."),
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
    parts = split["part"].value_counts()
    agree = [row for row in measured if row["label"] not in ("", "none")]
    right = sum(row["first"] == row["label"] for row in agree)
    listed = sum(row["label"] in row["types"] for row in agree)
    verdicts = f" ({_verdicts(measured)})" if measured else ""
    return (
        f"Learned {first['title']} from {parts.get('development', 0)} structures; "
        f"chosen by cross-validation: {first['chosen']['title']}.\n"
        f"On {parts.get('vault', 0)} structures never seen: {first['metric']} {first['score']}, "
        f"{first['second_metric']} {first['second']} (95 % intervals).\n"
        f"Measured PDFs read: {len(measured)}{verdicts}; of {len(agree)} with a known label "
        f"{right} right at rank 1 and {listed} among the ranks listed.\n"
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
    return environment.get_template(Path(template).name).render(context).lstrip()
