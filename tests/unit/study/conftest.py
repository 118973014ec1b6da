"""A study of six structures that was never run: a catalogue in memory, and a model that guesses."""

import numpy as np
import pytest
from identification_cases import GRID, make_catalogue

from pdflearn.study.identify import TrainedStudy


class EvenModel:
    """A classifier that holds every type for equally probable."""

    def __init__(self, classes):
        self.classes_ = np.array(sorted(classes))

    def predict_proba(self, patterns):
        return np.full((len(patterns), len(self.classes_)), 1 / len(self.classes_))


@pytest.fixture(scope="package")
def small_study():
    catalogue = make_catalogue()
    types = set(catalogue.structures["structure_type"])
    grid = {"r_min": GRID.r_min, "r_max": GRID.r_max, "r_step": GRID.r_step}
    config = {
        "simulate": {"grid": grid},
        "measured": {"top_n": 3, "task": "structure_type"},
        "structures": {"library": "resources/library"},
    }
    return TrainedStudy(config, catalogue, EvenModel(types))
