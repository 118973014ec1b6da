"""A model of a study trained on one task, with all files that its rule leaves."""

from typing import Any

from pdflearn.core.io import save_yaml
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models import cards
from pdflearn.validation import training


def train_and_save(
    patterns_file: str,
    index_file: str,
    task_name: str,
    name: str,
    settings: dict[str, Any],
    out: dict[str, str],
) -> None:
    """Write all scores, the best parameters and their predictions, and the model with its card.

    Parameters
    ----------
    patterns_file, index_file : path
        Of development.
    task_name, name : str
        Of the task and of the model.
    settings : dict
        Of the rule: seed, features, simulate/grid, tasks/<task>, models/<model>.
    out : dict
        Paths: validation, best_params, predictions, model, card.
    """
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
