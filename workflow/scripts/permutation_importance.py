"""Train a model without one fold, and measure on that fold which distances decide."""

from pdflearn.study import logs
from pdflearn.core.io import load_yaml, save_table
from pdflearn.dataset.targets import known
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models import build
from pdflearn.validation import importance

from typing import Any


def main(
    patterns_file: str, index_file: str, params_file: str, settings: dict[str, Any], out: str
) -> None:
    """Write the accuracy that is lost on the first fold for each range of r."""
    name, seed = settings["model"], settings["seed"]
    data = TrainingData.load(patterns_file, index_file, settings["task"], seed)
    preprocessing, target = Preprocessing.from_settings(settings), data.target
    params = load_yaml(params_file)["params"]
    model = build.build_model(name, settings["spec"], params, preprocessing, seed)
    fold = data.index["fold"].to_numpy()
    train = (fold != 0) & known(target.y_train)
    model.fit(data.patterns[train], target.y_train[train])
    held_out = data.take((fold == 0) & target.evaluated)
    save_table(out, importance.permutation_importance(model, held_out, preprocessing, seed))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.best_params,
        snakemake.params.settings,
        snakemake.output[0],
    )
