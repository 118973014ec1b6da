"""Write the report and its summary."""

from pdflearn.study import logs
from pdflearn.core import columns, provenance
from pdflearn.core.io import load_table, load_yaml, save_text
from pdflearn.core.tasks import COVERAGE
from pdflearn.reporting import refined_tables, report, sections, summary, tables, viewer

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def task_sections(
    inputs: Any, config: dict[str, Any], models_of: dict[str, list[str]]
) -> Iterator[dict[str, Any]]:
    """What the report says of each task, in the order of the config.

    Parameters
    ----------
    inputs : snakemake's inputs
    config : dict
    models_of : dict
        The models of each task, in order.
    """
    class_tables = {
        Path(confusions).stem.removeprefix("confusion_"): (
            load_table(confusions, columns.CONFUSION),
            load_table(recalls, columns.CONFUSION),
            load_table(pairs, columns.PAIRS),
            load_table(merged, columns.MERGED),
        )
        for confusions, recalls, pairs, merged in zip(
            inputs.confusions, inputs.types, inputs.pairs, inputs.merged, strict=True
        )
    }
    for validation, selected, evaluation in zip(
        inputs.validation, inputs.selected, inputs.evaluation, strict=True
    ):
        task = Path(selected).parent.name  # the config that reaches a script has lost its order
        yield sections.task_section(
            task,
            config["tasks"][task],
            {name: config["models"][name] for name in models_of[task]},
            sections.TaskTables(
                load_table(validation, columns.VALIDATION),
                load_yaml(selected),
                load_table(evaluation, columns.EVALUATION),
                *class_tables.get(task, ()),
            ),
        )


def dataset_context(inputs: Any, split: pd.DataFrame) -> dict[str, Any]:
    """What the report says of the structures that were learned from, and of those that were not."""
    leakage = load_table(inputs.leakage, columns.LEAKAGE)
    leakage = leakage.sort_values("correlation", ascending=False)
    leakage["same"] = leakage["same_type"].map({True: "yes", False: "no"})
    learned = split["subset"] == "development"
    rejected_patterns = (
        load_table(file, columns.REJECTED_PATTERNS) for file in inputs.rejected_patterns
    )
    return {
        "sizes": split["subset"].value_counts().to_dict(),
        "types": split.loc[learned, "structure_type"].nunique(),
        "tested_types": split.loc[split["evaluated"], "structure_type"].nunique(),
        "remarks": split[split["reason"] != ""].groupby("reason").size().to_dict(),
        "rejected": load_table(inputs.rejected, columns.REJECTED_STRUCTURES).to_dict("records"),
        "rejected_patterns": sections.rejected_section(rejected_patterns, split),
        "leakage": {
            "median": leakage["correlation"].median(),
            "closest": tables.table_rows(leakage.head(8), correlation="{:.3f}"),
        },
    }


def cluster_context(inputs: Any) -> dict[str, Any]:
    """What the report says of clusters."""
    contents = load_table(inputs.contents, columns.CLUSTER_CONTENTS)
    scores = load_table(inputs.clusters, columns.CLUSTER_SCORES)
    types = load_table(inputs.cluster_types, columns.CLUSTER_TYPES)
    return {
        "clusters": sections.cluster_section(scores, int(contents["patterns"].sum())),
        "contents": tables.table_rows(contents, share="{:.2f}", nearest_neighbour="{:.2f}"),
        "cluster_types": tables.table_rows(types, share="{:.2f}", purity="{:.2f}"),
    }


def measured_context(
    inputs: Any, scores: pd.DataFrame, index: pd.DataFrame, verdicts: dict[str, str]
) -> dict[str, Any]:
    """What the report says of measured files, beside what each of them is.

    Parameters
    ----------
    inputs : snakemake's inputs
    scores : DataFrame
        The rows of scores.csv.
    index : DataFrame
        The rows of index.csv.
    verdicts : dict
        Of each file.
    """
    shares = dict.fromkeys(("top1", "top3", "parent_type", "wrongly_accepted"), "{:.2f}")
    by_type = load_table(inputs.scores_summary, columns.MEASURED_SUMMARY)
    changes = load_table(inputs.changes, columns.SERIES_CHANGES)
    models = load_table(inputs.series_models, columns.SERIES_MODELS)
    fits = load_table(inputs.series_fits, columns.SERIES_FITS)
    calibrants = load_table(inputs.calibrants, columns.CALIBRANTS)
    together = load_table(inputs.together, columns.TOGETHER)
    parameters = load_table(inputs.parameters, columns.PARAMETERS)
    rejected = load_table(inputs.rejected_measured, columns.REJECTED_MEASURED)
    return {
        "measured_scores": tables.table_rows(scores, **shares, rw="{:.2f}"),
        "measured_scores_summary": tables.table_rows(by_type, **shares, accepted="{:.2f}"),
        "series": len(load_table(inputs.series, columns.SERIES)),
        "changes": tables.table_rows(changes, gain="{:.2f}", support="{:.2f}"),
        "series_models": tables.table_rows(models, x="{:.4g}", stderr="{:.2g}"),
        "unexplained": tables.table_rows(fits[~fits["explained"].astype(bool)], rw="{:.3f}"),
        "refined_series": len(fits),
        "boxcar": len(load_table(inputs.boxcar, columns.BOXCAR)),
        "refined": refined_tables.final_fit_rows(parameters, index, verdicts),
        "together": refined_tables.together_tables(together),
        "calibrants": refined_tables.calibrant_rows(calibrants),
        "fetched": load_table(inputs.fetched, columns.FETCHED).to_dict("records"),
        "rejected_measured": rejected.to_dict("records"),
    }


def provenance_context(inputs: Any) -> dict[str, Any]:
    """The hashes of the report's inputs and the versions of its software."""
    files = sorted({str(file) for file in inputs}, key=provenance.result_name)
    return {
        "hashes": [
            {"file": provenance.result_name(file), "hash": provenance.file_hash(Path(file))}
            for file in files
            if Path(file).is_file()
        ],
        "versions": [
            {"name": name, "version": version}
            for name, version in provenance.versions(inputs.lock).items()
        ],
    }


def main(
    inputs: Any,
    config: dict[str, Any],
    models_of: dict[str, list[str]],
    report_file: str,
    summary_file: str,
) -> None:
    """Gather what the stages left, and write the page and its summary."""
    split = load_table(inputs.split, columns.SPLIT_TABLE)
    tasks = list(task_sections(inputs, config, models_of))
    scores = load_table(inputs.scores, columns.MEASURED_SCORES)
    index = load_table(inputs.measured, columns.MEASURED_INDEX)
    identification = load_table(inputs.identification, columns.IDENTIFICATION)
    plots = {path.name for path in Path(inputs.plots).iterdir()}
    measured = sections.measured_section(index, identification, plots)
    with np.load(inputs.fits) as packed:
        fits = dict(packed)  # read once: each look into the file reads a whole array anew
    context = {
        "blocks": viewer.sample_blocks(fits, identification, measured),
        "series_data": viewer.series_block(index, measured),
        "precision": viewer.PRECISION,
        "programs": [report.program(file) for file in inputs.programs],
        "plot_style": report.program(inputs.plot_style),
        "answers": summary.short_answers(tasks, split, measured, scores),
        "config": config,
        "coverage": COVERAGE,
        "settings": list(tables.settings_rows(config)),
        "models": tables.model_rows(config["models"]),
        "tasks": tasks,
        "measured": measured,
        "captions": report.load_captions(inputs.captions),
        "figures": {Path(file).stem: report.embed(file) for file in inputs.figures},
        **dataset_context(inputs, split),
        **cluster_context(inputs),
        **measured_context(
            inputs, scores, index, {row["file"]: row["verdict"] for row in measured}
        ),
        **provenance_context(inputs),
    }
    save_text(summary_file, summary.summary_text(tasks, split, measured))
    save_text(report_file, report.render(inputs.template, context))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    config = dict(snakemake.params.settings)
    del config["code"]
    models_of = dict(config.pop("models_of"))
    main(snakemake.input, config, models_of, snakemake.output.report, snakemake.output.summary)
