"""A small catalogue of the library's structures, simulated samples, and fits that were not made."""

from pathlib import Path

import numpy as np
import pandas as pd

from pdflearn.core.grid import Grid
from pdflearn.identification.candidates import Candidate, RefinedCandidate
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.search import RADIATIONS, ReferencePatterns, reference_patterns
from pdflearn.measured.observation import Observation
from pdflearn.refinement.phase import Phase
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.library import load_library
from pdflearn.structures.structure import describe

LIBRARY = load_library(Path(__file__).parents[1] / "resources" / "library")
GRID = Grid(r_min=1.0, r_max=30.0, r_step=0.1)
NAMES = ["Ni fcc", "FeNi L1_0", "Si diamond", "CuCl zincblende", "NaCl rocksalt", "Fe bcc"]
INSTRUMENT = {"q_min": 0.5, "q_max": 25.0, "q_damp": 0.03}


def make_catalogue(names=NAMES):
    """A catalogue of these structures of the library."""
    structures = {name: LIBRARY.build(name) for name in names}
    rows = [
        {"id": name, "name": name, **describe(structure)}
        | {"structure_type": LIBRARY.compounds.loc[name, "structure_type"]}
        for name, structure in structures.items()
    ]
    curves = {
        radiation: reference_patterns(structures.values(), GRID, radiation)
        for radiation in RADIATIONS
    }
    parents = LIBRARY.types.loc[LIBRARY.types["parent"] != "", "parent"]
    return Catalogue(
        pd.DataFrame(rows).set_index("id"),
        ReferencePatterns(np.array(names), curves),
        structures.__getitem__,
        parents.to_dict(),
    )


class EvenModel:
    """A classifier that holds every type for equally probable."""

    def __init__(self, classes):
        self.classes_ = np.array(sorted(classes))

    def predict_proba(self, patterns):
        return np.full((len(patterns), len(self.classes_)), 1 / len(self.classes_))


def small_study():
    """A study that was never run: a catalogue in memory, and a model that knows nothing."""
    from pdflearn.study.identify import TrainedStudy

    catalogue = make_catalogue()
    config = {
        "simulate": {"grid": {"r_min": GRID.r_min, "r_max": GRID.r_max, "r_step": GRID.r_step}},
        "measured": {"top_n": 3, "task": "structure_type"},
        "structures": {"library": "resources/library"},
    }
    model = EvenModel(set(catalogue.structures["structure_type"]))
    return TrainedStudy(config, catalogue, model)


def measured(*parts, radiation="xray"):
    """A measurement of a sample: structures of the library with their weights, and some noise."""
    total = 0.0
    for name, weight in parts:
        r, g = simulate_pdf(
            LIBRARY.build(name), radiation=radiation, u_iso=0.007, **INSTRUMENT, r_min=1.6,
            r_max=20.0, r_step=0.05,
        )  # fmt: skip
        total = total + weight * g
    noise = np.random.default_rng(0).normal(size=len(r))
    return Observation(r, total + 0.03 * np.std(total) * noise, **INSTRUMENT)


def even_probabilities(catalogue):
    """A model that knows nothing."""
    types = sorted(set(catalogue.structures["structure_type"]))
    return dict.fromkeys(types, 1 / len(types))


def refined(name, adjusted_rw, log_prior=0.0, log_posterior=0.0, **changes):
    """A structure of the library with a fit that left this Rw."""
    structure = LIBRARY.build(name)
    phase = Phase(structure, crystal_system=describe(structure)["crystal_system"])
    structure_type = LIBRARY.compounds.loc[name, "structure_type"]
    candidate = Candidate(name, name, structure_type, phase, 0.9, **changes)
    return RefinedCandidate((candidate,), None, adjusted_rw, log_prior, log_posterior)


def types(ranked):
    return [item.structure_type for item in ranked]
