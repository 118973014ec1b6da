"""Types built with a sample's elements and compared with its curve by patterns of their own.

The patterns that a curve is usually compared with are those of the known structures, with their
elements. Where the sample's scatter otherwise, as lithium does neutrons, or its cell has another
shape, the right type may not look like the curve. So where the elements are known and nothing fits,
each type with as many elements is built with them, at the volume that is expected, and its pattern
is simulated.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from diffpy.structure import Structure

from pdflearn.core.grid import Grid
from pdflearn.identification.candidates import Candidate, compare, make_candidates
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.cells import shape_of_cell
from pdflearn.identification.chemistry import volume_of_atom
from pdflearn.identification.request import Request
from pdflearn.identification.search import reference_patterns, similarities
from pdflearn.measured.observation import R_MAX, Observation
from pdflearn.structures import substitution

N_BUILT = 8  # types that are refined, the most similar ones
# So many structures of each type are built whose edges, over that of a cube of their volume, differ
# by so much: c/a is 3.5 in Ti2SC and 4.3 in Zr2SnC, both of the type Cr2AlC. Judged.
N_CELLS, OTHER_CELL = 6, 0.03
MOST_ATOMS = 100  # of a cell; a pattern of more takes long
GRID = Grid(1.0, R_MAX, 0.1)  # of the patterns


def built_types(
    observation: Observation,
    catalogue: Catalogue,
    request: Request,
    n: int = N_BUILT,
) -> list[Candidate]:
    """Choose the types that look most like a curve once they are built with the known elements.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    catalogue : Catalogue
        The known structures.
    request : Request
        The elements of the sample.
    n : int, default 8
        So many types are chosen at most.

    Returns
    -------
    list of Candidate
        One a type, the most similar first, stretched as their patterns tell; empty where no
        elements are known.
    """
    if not request.knows_elements:
        return []
    table = compare(observation, catalogue)
    counts = table["elements"].str.count("-") + 1
    table = table[(counts == len(request.elements)) & ~table["cluster"]]
    start = pd.Series({"similarity": 0.0, "stretch": 1.0})
    candidates = [
        candidate
        for structure_id in _of_other_cells(table["structure_type"], catalogue)
        for candidate in make_candidates(structure_id, start, observation, catalogue, request, 1)
        if candidate.variant is not None
        and not (candidate.variant.as_it_is or candidate.variant.mixed)
        and len(candidate.phase.structure) <= MOST_ATOMS
    ]
    if not candidates:
        return []
    scales = np.array([_expected_stretch(candidate) for candidate in candidates])
    structures = [
        _scaled(one.phase.structure, scale) for one, scale in zip(candidates, scales, strict=True)
    ]
    patterns = reference_patterns(structures, GRID, observation.radiation)
    similarity, stretch = similarities(observation, patterns)
    best: dict[str, int] = {}
    for k in np.argsort(-similarity, kind="stable").tolist():
        best.setdefault(candidates[k].structure_type, k)
    return [
        replace(
            candidates[k],
            similarity=float(similarity[k]),
            phase=replace(candidates[k].phase, stretch=float(scales[k] * stretch[k])),
        )
        for k in list(best.values())[:n]
    ]


def _of_other_cells(types: pd.Series, catalogue: Catalogue) -> list[str]:
    """Structures of each type whose cells have other shapes, in the order that they stand in."""
    shapes: dict[str, list[np.ndarray]] = {}
    chosen = []
    for structure_id, structure_type in types.items():
        known = shapes.setdefault(structure_type, [])
        if len(known) == N_CELLS:
            continue
        shape = shape_of_cell(catalogue.load(structure_id))
        if all(float(np.abs(shape - other).max()) >= OTHER_CELL for other in known):
            known.append(shape)
            chosen.append(structure_id)
    return chosen


def _expected_stretch(candidate: Candidate) -> float:
    """Lengths at the volume that is expected of a structure over its own; 1 where none is."""
    variant = candidate.variant
    ratio = variant.volume / volume_of_atom(variant.structure) if variant else np.nan
    return float(ratio ** (1 / 3)) if ratio > 0 else 1.0


def _scaled(structure: Structure, scale: float) -> Structure:
    """The structure with all lengths multiplied."""
    way = {symbol: {symbol: 1.0} for symbol in substitution.shares(structure)}
    return substitution.substitute(structure, way, scale)
