"""Whether a refined cell lies within reach of those of the known compounds of its type.

A wrong structure can be stretched until its peaks fall on those of something else. A right one is a
known compound, or a new one whose cell is seldom far from that of every known compound of its type.
How far, the library itself tells: each compound in it is a new one to the others.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from pdflearn.identification.candidates import (
    Candidate,
    RefinedCandidate,
    compare,
    make_candidates,
    refine_candidates,
    visible_structures,
)
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.displacements import refine_displacements
from pdflearn.identification.ranking import fits_alike, related
from pdflearn.identification.request import NOTHING_KNOWN
from pdflearn.identification.strains import strain, strain_between
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions

# Of 2133 compounds of the library, each with n compounds of its type beside it, 96 % have one of
# them within a strain of CLOSE + SPARSE / n (root mean square of the three axes): 92 % of those
# with one beside them, 97 % of those with 30 and more. No curve is needed for it.
CLOSE, SPARSE = 0.03, 0.30
N_NEARER = 6  # members of a type with cells within reach that are refined, the most similar first


def reach(catalogue: Catalogue, structure_type: str) -> float:
    """The strain against the nearest known one that a right structure in twenty exceeds.

    Parameters
    ----------
    catalogue : Catalogue
        The known structures.
    structure_type : str
    """
    table = catalogue.structures
    compounds = table.loc[table["structure_type"] == structure_type, "elements"]
    return CLOSE + SPARSE / max(compounds.nunique(), 1)


def is_far(item: RefinedCandidate, catalogue: Catalogue) -> bool:
    """Whether a single crystal's cell is out of reach of the structure that it was refined from.

    Not where another member has nearly that cell, nor where the sample's elements are known, since
    volumes are expected then (`RefinedCandidate.log_chemistry`), nor for a structure that the user
    gave.
    """
    (candidate,) = item.candidates
    if item.nearer or not candidate.phase.periodic:
        return False
    if candidate.file or candidate.fits_composition is not None:
        return False
    return strain(item, 0) > reach(catalogue, candidate.structure_type)


def strain_beyond_reach(ranked: list[RefinedCandidate], catalogue: Catalogue) -> float:
    """The strain of the first answer where it is too large; 0 where a relative fits without.

    Parameters
    ----------
    ranked : list of RefinedCandidate
        One a type, best first; the first one is a single phase.
    catalogue : Catalogue
        The known structures, and the relations of their types.
    """
    first, *others = ranked
    near = any(
        not (item.is_mixture or is_far(item, catalogue))
        and related(item, first, catalogue)
        and fits_alike(item, first)
        for item in others
    )
    return 0.0 if near or not is_far(first, catalogue) else strain(first, 0)


def with_nearer_member(
    observation: Observation,
    ranked: list[RefinedCandidate],
    catalogue: Catalogue,
    solutions: Solutions,
) -> list[RefinedCandidate]:
    """Look for a member of the first type that fits alike and has its refined cell within reach.

    Members were chosen by their patterns, for which the contrast of the elements may count for more
    than a strain. Where the other one fits better, it stands for the type; else it is named as
    nearer, and the fit stays.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    ranked : list of RefinedCandidate
        One a type, best first.
    catalogue : Catalogue
        The known structures.
    solutions : Solutions
        Remembered fits; what is new is added.

    Returns
    -------
    list of RefinedCandidate
        The same list where the first one is no single phase, is within reach, or no other member
        fits alike.
    """
    first, *others = ranked
    if first.is_mixture or not is_far(first, catalogue):
        return ranked
    refined = first.fit.structures[0]
    table = compare(observation, catalogue)
    table = visible_structures(table, observation.radiation, NOTHING_KNOWN)
    table = table[(table["structure_type"] == first.structure_type) & ~table["cluster"]]
    n_refined = 0
    for structure_id, match in table.iterrows():
        known = catalogue.load(structure_id)
        if strain_between(known, refined) > reach(catalogue, first.structure_type):
            continue
        stretch = np.cbrt(refined.lattice.volume / known.lattice.volume)
        for candidate in make_candidates(
            structure_id,
            pd.Series({**match, "stretch": stretch}),
            observation,
            catalogue,
            NOTHING_KNOWN,
            1,
        ):
            item = _refined(observation, candidate, solutions)
            if item is None or is_far(item, catalogue) or not fits_alike(item, first):
                continue
            if item.adjusted_rw > first.adjusted_rw:
                return [replace(first, nearer=item.name), *others]
            of_type = {"log_prior": first.log_prior, "log_posterior": first.log_posterior}
            return [replace(item, **of_type), *others]
        n_refined += 1
        if n_refined == N_NEARER:
            break
    return ranked


def _refined(
    observation: Observation, candidate: Candidate, solutions: Solutions
) -> RefinedCandidate | None:
    item = refine_candidates(observation, (candidate,), solutions, full=True)
    return refine_displacements(observation, item, solutions) if item is not None else None
