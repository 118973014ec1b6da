"""A model's card says what it was made from and where it ends."""

import hashlib

import numpy as np
import pandas as pd
import sklearn

from pdflearn.core.io import load_yaml, save_yaml
from pdflearn.dataset import targets
from pdflearn.models import cards


def test_card_names_data_scores_and_limits(tmp_path):
    (tmp_path / "patterns.npy").write_bytes(b"curves")
    index = pd.DataFrame(
        {
            "id": ["a", "a", "b", "c", "d", "e"], "group": ["A", "A", "B", "C", "D", "E"],
            "kind": ["fcc", "fcc", "bcc", "rare", "bcc", None], "radiation": "xray",
            "evaluated": [True, True, True, False, True, True], "q_max": [17, 20, 22, 25, 21, 40.0],
            "q_damp": 0.03, "noise": 0.01, "diameter": [np.nan, 15.5, 30, np.nan, 20, 9],
        }
    )  # fmt: skip
    task = {"label": "kind", "metric": "accuracy"}
    card = cards.model_card(
        "near",
        {"estimator": "knn", "params": {"weights": "distance"}},
        {"name": "type", **task},
        {"params": {"n_neighbors": 3}, "metric": "accuracy", "mean": 0.9, "standard_error": 0.01},
        index,
        targets.target(index, task, 0),
        cards.Origin({"patterns": tmp_path / "patterns.npy"}, 1, {"r_min": 1.0}, [1.5, 20.0]),
    )
    save_yaml(tmp_path / "card.yaml", card)
    card = load_yaml(tmp_path / "card.yaml")
    assert card["sha256"]["patterns"] == hashlib.sha256(b"curves").hexdigest()
    assert card["task"] == {"name": "type", **task}
    assert card["context"] == {"seed": 1, "grid": {"r_min": 1.0}, "window": [1.5, 20.0]}
    assert card["data"] == {"patterns": 5, "structures": 4, "groups": 4}
    assert card["settings"] == {"weights": "distance", "n_neighbors": 3}
    assert card["learned"]["classes"] == {"bcc": 2, "fcc": 2, "rare": 1}
    assert card["scores"]["cross_validation"]["mean"] == 0.9
    assert card["versions"]["scikit-learn"] == sklearn.__version__
    limits = "\n".join(card["known_limits"])
    assert "from 1.5 to 20 angstrom" in limits
    assert "q_max from 17 to 25" in limits  # the pattern without a label was not learned from
    assert "particles of 15.5 angstrom" in limits
    assert "never evaluated, too few groups: rare" in limits
