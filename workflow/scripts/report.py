"""Write the report and its summary."""

from pathlib import Path
from typing import Any

from pdflearn.core import columns, provenance
from pdflearn.core.io import load_table, load_yaml, save_text
from pdflearn.core.tasks import COVERAGE
from pdflearn.reporting import report, sections, summary, tables
from pdflearn.study import logs


def main(
    inputs: Any,
    config: dict[str, Any],
    models_of: dict[str, list[str]],
    report_file: str,
    summary_file: str,
) -> None:
    """Gather what the stages left, and fill the template; models_of: each task's, in order."""
    split = load_table(inputs.split, columns.SPLIT_TABLE)
    answers = load_table(inputs.identification, columns.IDENTIFICATION)
    of_classes = {
        Path(confusions).stem.removeprefix("confusion_"): (
            load_table(confusions, columns.CONFUSION),
            load_table(types, columns.CONFUSION),
            load_table(pairs, columns.PAIRS),
            load_table(merged, columns.MERGED),
        )
        for confusions, types, pairs, merged in zip(
            inputs.confusions, inputs.types, inputs.pairs, inputs.merged, strict=True
        )
    }
    tasks = []
    for validation, chosen, evaluation in zip(
        inputs.validation, inputs.selected, inputs.evaluation, strict=True
    ):
        task = Path(chosen).parent.name  # in the order of the config, which `config` here has lost
        tasks.append(
            sections.task_section(
                task,
                config["tasks"][task],
                {name: config["models"][name] for name in models_of[task]},
                sections.TaskTables(
                    load_table(validation, columns.VALIDATION),
                    load_yaml(chosen),
                    load_table(evaluation, columns.EVALUATION),
                    *of_classes.get(task, ()),
                ),
            )
        )
    leakage = load_table(inputs.leakage, columns.LEAKAGE).sort_values(
        "correlation", ascending=False
    )
    leakage["same"] = leakage["same_type"].map({True: "yes", False: "no"})
    plots = {path.name for path in Path(inputs.plots).iterdir()}
    measured = sections.measured_section(
        load_table(inputs.measured, columns.MEASURED_INDEX), answers, plots
    )
    scores = load_table(inputs.scores, columns.MEASURED_SCORES)
    shares = dict.fromkeys(("top1", "top3", "parent_type", "wrongly_accepted"), "{:.2f}")
    contents = load_table(inputs.contents, columns.CLUSTER_CONTENTS)
    changes = load_table(inputs.changes, columns.SERIES_CHANGES)
    context = {
        "answers": summary.answers(tasks, split, measured, scores),
        "config": config,
        "coverage": COVERAGE,
        "settings": list(tables.settings_rows(config)),
        "models": tables.model_rows(config["models"]),
        "parts": split["subset"].value_counts().to_dict(),
        "types": split.loc[split["subset"] == "development", "structure_type"].nunique(),
        "tested_types": split.loc[split["evaluated"], "structure_type"].nunique(),
        "remarks": split[split["reason"] != ""].groupby("reason").size().to_dict(),
        "rejected": load_table(inputs.rejected, columns.REJECTED).to_dict("records"),
        "refused": sections.refused_section(
            (load_table(file, columns.REFUSED) for file in inputs.refused), split
        ),
        "leakage": {
            "median": leakage["correlation"].median(),
            "high": tables.records(leakage.head(8), correlation="{:.3f}"),
        },
        "tasks": tasks,
        "clusters": sections.cluster_section(
            load_table(inputs.clusters, columns.CLUSTER_SCORES), int(contents["patterns"].sum())
        ),
        "contents": tables.records(contents, share="{:.2f}", nearest_neighbour="{:.2f}"),
        "cluster_types": tables.records(
            load_table(inputs.cluster_types, columns.CLUSTER_TYPES), share="{:.2f}", purity="{:.2f}"
        ),
        "measured": measured,
        "measured_scores": tables.records(scores, **shares, rw="{:.2f}"),
        "measured_scores_summary": tables.records(
            load_table(inputs.scores_summary, columns.MEASURED_SUMMARY),
            **shares,
            accepted="{:.2f}",
        ),
        "series": len(load_table(inputs.series, columns.SERIES)),
        "changes": tables.records(changes, gain="{:.2f}", support="{:.2f}"),
        "fetched": load_table(inputs.fetched, columns.FETCHED).to_dict("records"),
        "rejected_measured": load_table(
            inputs.rejected_measured, columns.REJECTED_MEASURED
        ).to_dict("records"),
        "captions": report.captions(inputs.captions),
        "figures": {Path(file).stem: report.embed(file) for file in inputs.figures},
        "hashes": [
            {"file": provenance.result_name(file), "hash": provenance.file_hash(Path(file))}
            for file in sorted({str(file) for file in inputs}, key=provenance.result_name)
            if Path(file).is_file()
        ],
        "versions": [
            {"name": name, "version": version}
            for name, version in provenance.versions(inputs.lock).items()
        ],
    }
    save_text(summary_file, summary.summary(tasks, split, measured))
    save_text(report_file, report.render(inputs.template, context))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    config = dict(snakemake.params.settings)
    del config["code"]
    models_of = dict(config.pop("models_of"))
    main(snakemake.input, config, models_of, snakemake.output.report, snakemake.output.summary)
