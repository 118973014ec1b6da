"""Write the report and its summary."""

from pathlib import Path
from typing import Any

import yaml

from pdflearn import job, provenance, report, storage
from pdflearn.validation import COVERAGE


def main(
    inputs: Any,  # noqa: ANN401  (Snakemake's named list of files)
    config: dict[str, Any],
    report_file: str,
    summary_file: str,
) -> None:
    """Gather what the stages left, and fill the template."""
    split = storage.load_table(inputs.split)
    index = storage.load_table(inputs.measured)
    identification = storage.load_table(inputs.identification)
    kinds = {name: spec["estimator"] for name, spec in config["models"].items()}
    tasks = []
    for validation, chosen, evaluation in zip(
        inputs.validation, inputs.chosen, inputs.evaluation, strict=True
    ):
        task = Path(chosen).parent.name  # in the order of the config, which `config` here has lost
        spec = config["tasks"][task]
        tasks.append(
            report.task_section(
                task,
                spec["metric"],
                {name: kinds[name] for name in spec.get("models") or kinds},
                storage.load_table(validation),
                storage.load_yaml(chosen),
                storage.load_table(evaluation),
            )
        )
    leakage = storage.load_table(inputs.leakage)
    measured = report.measured_section(index, identification)
    summary = report.summary(tasks, split, measured)
    context = {
        "summary": summary.strip().splitlines(),
        "config": config,
        "coverage": COVERAGE,
        "settings": yaml.safe_dump(config, sort_keys=True, allow_unicode=True),
        "split": split,
        "parts": split["part"].value_counts().to_dict(),
        "types": split.loc[split["part"] == "development", "structure_type"].nunique(),
        "tested_types": split.loc[split["tested"], "structure_type"].nunique(),
        "remarks": split[split["reason"] != ""].groupby("reason").size().to_dict(),
        "rejected": storage.load_table(inputs.rejected).to_dict("records"),
        "refused": report.refused_section(map(storage.load_table, inputs.refused), split),
        "leakage": {
            "median": leakage["correlation"].median(),
            "high": leakage.sort_values("correlation", ascending=False).head(5).to_dict("records"),
        },
        "tasks": tasks,
        "clusters": storage.load_table(inputs.clusters).to_dict("records"),
        "contents": storage.load_table(inputs.contents).to_dict("records"),
        "measured": measured,
        "fetched": storage.load_table(inputs.fetched).to_dict("records"),
        "unreadable": storage.load_table(inputs.unreadable).to_dict("records"),
        "figures": {Path(file).stem: report.embed(file) for file in inputs.figures},
        "versions": provenance.versions("requirements.lock"),
    }
    storage.save_text(summary_file, summary)
    storage.save_text(report_file, report.render(inputs.template, context))


if __name__ == "__main__":
    job.start(snakemake)
    config = dict(snakemake.params.settings)
    del config["code"]
    main(snakemake.input, config, snakemake.output.report, snakemake.output.summary)
