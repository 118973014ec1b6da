"""Compile ahead of a run what Numba compiles when it is first used.

    python -m pdflearn.study.compiled

Compiled functions are kept beside their modules. Without this step each of the first jobs, which
run side by side, would compile all that it uses.
"""

from pathlib import Path

import numpy as np
import yaml

from pdflearn.core.grid import Grid
from pdflearn.dataset.features import PatternFeatures
from pdflearn.measured.observation import Observation
from pdflearn.models.mlp import MLPClassifier
from pdflearn.models.perceptron import PerceptronClassifier
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine
from pdflearn.simulation import contrast, patterns
from pdflearn.simulation.noise import MeasurementNoise
from pdflearn.simulation.reference import ReferenceCurves
from pdflearn.structures.library import load_library

PROJECT = Path(__file__).resolve().parents[3]
# One element and two, fixed atoms and free ones.
COMPOUNDS = ("Ni fcc", "TiO2 rutile")
DRAWS = {"xray": 4, "neutron": 2}


def compile_functions() -> None:
    """Use each compiled function of simulation, features, learning and refinement once."""
    config = yaml.safe_load((PROJECT / "config" / "config.yaml").read_text(encoding="utf-8"))
    settings, library = config["simulate"], load_library(PROJECT / "resources" / "library")
    grid = Grid(**settings["grid"])
    noise = MeasurementNoise(grid.r, patterns.largest_q(settings))
    references = ReferenceCurves(grid)
    simulated = []
    for name in COMPOUNDS:
        structure = library.build(name)
        simulators = patterns.simulators_of(structure, settings)
        simulated.append(
            patterns.simulate_draws(
                simulators, name, DRAWS, settings, settings["stress"], config["seed"], noise
            ).patterns
        )
        simpler_types = library.simpler_types(library.compounds.loc[name, "structure_type"])
        contrast.type_contrasts(simulators, simpler_types, references, list(DRAWS))
        curve = references.pattern(simulators, "xray")
        observation = Observation(grid.r, curve, q_max=25.0)
        refine(observation, [Phase(structure)])
    X = np.concatenate(simulated)
    y = np.repeat(COMPOUNDS, [len(part) for part in simulated])
    for kind in ("raw", "first_peak", "scale_free"):
        features = PatternFeatures(kind, grid).fit_transform(X)
        MLPClassifier((4,), max_iter=1).fit(features, y)
        PerceptronClassifier(max_epochs=1).fit(features, y)


if __name__ == "__main__":
    compile_functions()
