"""Which structures a series is refined with: those that its user names, or its accepted answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from diffpy.structure import Structure

from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.messages import NONE
from pdflearn.identification.request import Request
from pdflearn.identification.search import similarities
from pdflearn.measured.observation import R_MAX, Observation
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.model import RefinementError
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine
from pdflearn.simulation.parameters import SimulationError
from pdflearn.structures import substitution
from pdflearn.structures.modes import symmetric_modes

# Rival models of a series at most; each costs as much as the first one.
MAX_MODELS = 4


def models_of_series(
    samples: Sequence[MeasuredSample], answers: pd.DataFrame, catalogue: Catalogue
) -> dict[str, list[Phase]]:
    """The models that a series is refined with, by name.

    Structures that samples.csv names for a file of the series are rival models of all its files.
    Without them the models are the first answers of its files, mixtures included, the commonest
    ones first.

    Parameters
    ----------
    samples : sequence of MeasuredSample
        The files of the series, in its order.
    answers : DataFrame
        file, rank, structure, verdict: the rows of identification.csv.
    catalogue : Catalogue

    Returns
    -------
    dict
        Name of a model -> its phases, none for a series that nothing is known of.
    """
    fitted = [sample for sample in samples if sample.whole is not None]
    if not fitted:
        return {}
    middle = fitted[len(fitted) // 2]
    models: dict[str, list[Phase]] = {}
    for ids in _asked_for(samples, catalogue) or _answered(samples, answers, catalogue):
        phases = [_phase(structure_id, middle, catalogue) for structure_id in ids]
        if all(phases):
            name = " + ".join(phase.name for phase in phases)
            models.setdefault(name, phases)
        if len(models) == MAX_MODELS:
            break
    return models


def _asked_for(samples: Sequence[MeasuredSample], catalogue: Catalogue) -> list[tuple[str, ...]]:
    """The ids of the structures that the user names, each a model."""
    files = [file for sample in samples for file in Request.of_sample(sample).structures]
    ids = [i for file in dict.fromkeys(files) for i in catalogue.ids_of_file(file)]
    return [(structure_id,) for structure_id in dict.fromkeys(ids)]


def _answered(
    samples: Sequence[MeasuredSample], answers: pd.DataFrame, catalogue: Catalogue
) -> list[tuple[str, ...]]:
    """The ids of the structures of the first answers; those of a mixture together."""
    structures = catalogue.structures
    by_name = pd.Series(structures.index, index=structures["name"])
    by_name = by_name[~by_name.index.duplicated()]
    first = answers[answers["rank"] == 1]
    counts: Counter[tuple[str, ...]] = Counter()
    for sample in samples:
        rows = first[first["file"] == sample.file]
        if rows.empty or (rows["verdict"] == NONE).any():
            continue
        parts = [part for text in rows["structure"] for part in str(text).split(" + ")]
        names = tuple(dict.fromkeys(part for part in parts if part in by_name.index))
        if names:
            counts[tuple(str(by_name[name]) for name in names)] += 1
    common = [ids for ids, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    # Of one type the commonest compound stands for all: elements are not what series differ by.
    of_types = {
        tuple(sorted(structures.loc[list(ids), "structure_type"])): ids for ids in common[::-1]
    }
    return [ids for ids in common if ids in of_types.values()]


def _phase(structure_id: str, sample: MeasuredSample, catalogue: Catalogue) -> Phase | None:
    """A structure as a phase, with the sample's elements where they are known; None where its
    radiation sees nothing of it."""
    described = catalogue.structures.loc[structure_id]
    near = sample.whole.between(None, R_MAX)
    stretch = _stretch(structure_id, near, catalogue)
    best, least = None, np.inf
    variants = _variants(catalogue.load(structure_id), Request.of_sample(sample).composition)
    for structure in variants:
        try:
            phase = Phase(
                structure,
                near.radiation,
                str(described["crystal_system"]),
                str(described["name"]),
                stretch,
            )
            rw = refine(near, [phase], full=False).rw if len(variants) > 1 else 0.0
        except (SimulationError, RefinementError):
            continue
        if rw < least:
            best, least = phase, rw
    if best is None or not best.periodic:
        return best
    modes = symmetric_modes(best.structure)
    return replace(best, modes=modes if len(modes) else None)


def _stretch(structure_id: str, observation: Observation, catalogue: Catalogue) -> float:
    """Distances in the sample over those in the structure, by its reference pattern."""
    references = catalogue.references
    place = [k for k, known in enumerate(references.ids) if known == structure_id]
    curves = references.curves[observation.radiation][place]
    if not place:
        return 1.0
    _, stretch = similarities(observation, curves, catalogue.clusters_of_references[place])
    return float(stretch[0])


def _variants(structure: Structure, composition: Mapping[str, float]) -> list[Structure]:
    """The structure with the composition's elements in each possible way; else as it is."""
    ways = substitution.assignments(dict(composition), substitution.shares(structure))
    if not composition or not ways:
        return [structure]
    return [substitution.substitute(structure, way) for way in ways]
