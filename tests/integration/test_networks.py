"""A network by JAX in the small study: one rule trains it, all others go without JAX."""

import pytest
import yaml

pytest.importorskip("jax")
pytest.importorskip("optax")


def test_a_network_is_trained_by_its_rule_and_its_filters_are_drawn(study):
    path = study.folder / "config" / "config.yaml"
    models = yaml.safe_load(path.read_text())["models"]
    network = {
        "features": "first_peak", "filters": [4, 4], "hidden_layer_sizes": [16],
        "learning_rates": [0.01, 0.003], "max_iter": 5, "batch_size": 32, "stretch_std": 0.02,
    }  # fmt: skip
    study.configure(models={**models, "cnn": {"estimator": "cnn", "params": network}})
    jobs = study.jobs()
    assert (jobs["train_network"], jobs["plot_filters"]) == (1, 1)
    assert "train_model" not in jobs
    study.snakemake("results/figures/filters.svg")
    folder = study.folder / "results" / "models" / "structure_type" / "cnn"
    versions = yaml.safe_load((folder / "card.yaml").read_text())["versions"]
    assert {"jax", "optax", "numpy"} <= set(versions)
    assert (
        "training on"
        in (
            study.folder / "results" / "logs" / "train_network" / "structure_type" / "cnn.log"
        ).read_text()
    )
    assert (study.folder / "results" / "figures" / "filters.png").exists()
    best = yaml.safe_load((folder / "best_params.yaml").read_text())
    assert best["mean"] > 0.5  # three types; a guess has a third
