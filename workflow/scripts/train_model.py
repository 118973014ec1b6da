"""Cross-validate one model on one task; train it with the best parameters on development."""

from typing import Any

from pdflearn.core.io import save_yaml
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models import cards
from pdflearn.study import logs
from pdflearn.validation import training


def main(
    patterns_file: str,
    index_file: str,
    task_name: str,
    name: str,
    settings: dict[str, Any],
    out: dict[str, str],
) -> None:
    """Write all scores, the best parameters and their predictions, and the model with its card."""
    task, spec = settings[f"tasks/{task_name}"], settings[f"models/{name}"]
    seed, preprocessing = settings["seed"], Preprocessing.from_settings(settings)
    data = TrainingData.load(patterns_file, index_file, task, seed)
    trained = training.train_model(name, spec, data, preprocessing, task["metric"], seed)
    trained.save(out, data.target.classes)
    files = {"model": out["model"], "patterns": patterns_file, "index": index_file}
    origin = cards.Origin.from_settings(files, settings)
    named = {"name": task_name, **task}
    card = cards.model_card(name, spec, named, trained.best, data.index, data.target, origin)
    save_yaml(out["card"], card)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.wildcards.task,
        snakemake.wildcards.model,
        snakemake.params.settings,
        dict(snakemake.output.items()),
    )
