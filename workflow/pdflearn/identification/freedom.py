"""Freedom that a fit uses must earn its place: parameters at bounds, and children of types.

A fit whose U, size or damping ended at a bound has used freedom that the curve does not determine.
So it is refined again without: the damping held at its usual value, and one U for all elements. And
an ordered child of a type may have a free axis ratio that its parent lacks. It is compared with its
parent given the same ratio, since a distortion is no order.
"""

from dataclasses import replace

import numpy as np

from pdflearn.identification.candidates import RefinedCandidate, refine_candidates
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.expected_rw import highest_rw
from pdflearn.identification.order import at_bounds
from pdflearn.identification.ranking import fits_alike
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import POOR

USUAL_Q_DAMP = 0.04  # 1/angstrom; most instruments lie between 0.02 and 0.06


def without_bounds(
    observation: Observation, item: RefinedCandidate, rw_limit: float, solutions: Solutions
) -> RefinedCandidate:
    """Return a fit without parameters at their bounds, where one is still as good as a right one.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    item : RefinedCandidate
        One structure and its fit.
    rw_limit : float
        See `pdflearn.identification.expected_rw.expected_rw`.
    solutions : Solutions
        Remembered fits; what is new is added.

    Returns
    -------
    RefinedCandidate
        The item itself where none of its parameters is at a bound, or no other fit will do.
    """
    names = at_bounds(item.fit)
    # With less freedom none fits better, and beyond the limit a bound changes no verdict.
    if not names or item.fit.rw > rw_limit:
        return item
    held = observation
    if "q_damp" in names:
        held = replace(observation, q_damp=USUAL_Q_DAMP)
        result = refine_candidates(
            held,
            item.candidates,
            solutions,
            full=True,
            useful=highest_rw(rw_limit),
            start=item.fit.start if item.fit.rw <= POOR else None,
        )
        if _will_do(result, rw_limit):
            return replace(result, note=item.note)
    result = refine_candidates(held, item.candidates, solutions, full=False)
    return replace(result, note=item.note) if _will_do(result, rw_limit) else item


def _will_do(result: RefinedCandidate | None, rw_limit: float) -> bool:
    return (
        result is not None
        and result.adjusted_rw <= highest_rw(rw_limit)
        and not at_bounds(result.fit)
    )


def unearned_children(
    observation: Observation,
    refined: list[RefinedCandidate],
    catalogue: Catalogue,
    rw_limit: float,
    solutions: Solutions,
) -> frozenset[str]:
    """Return the types that fit better than their parent only by axis ratios it could have as well.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    refined : list of RefinedCandidate
        Single phases, with one radiation.
    catalogue : Catalogue
        The relations of the types.
    rw_limit : float
        See `pdflearn.identification.expected_rw.expected_rw`.
    solutions : Solutions
        Remembered fits; what is new is added.
    """
    best: dict[str, RefinedCandidate] = {}
    for item in sorted(refined, key=lambda item: item.adjusted_rw):
        if item.adjusted_rw <= rw_limit:
            best.setdefault(item.structure_type, item)
    types = set()
    for name, child in best.items():
        parent = best.get(catalogue.parents.get(name, ""))
        if parent is None or fits_alike(parent, child):
            continue
        distorted = distorted_as(observation, parent, child, solutions)
        if distorted is not None and fits_alike(distorted, child):
            types.add(name)
    return frozenset(types)


def distorted_as(
    observation: Observation,
    parent: RefinedCandidate,
    child: RefinedCandidate,
    solutions: Solutions,
) -> RefinedCandidate | None:
    """Refine a parent type with the axis ratios that its child may change.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    parent, child : RefinedCandidate
        Single phases.
    solutions : Solutions
        Remembered fits; what is new is added.

    Returns
    -------
    RefinedCandidate or None
        None where the child has no more free lattice constants than its parent.
    """
    candidate = parent.candidates[0]
    phase, other = candidate.phase, child.candidates[0].phase
    if not (phase.periodic and other.periodic) or other.n_lattice <= phase.n_lattice:
        return None
    if not np.allclose(phase.structure.lattice.abcABG()[3:], 90.0):
        return None
    system = "tetragonal" if other.n_lattice == 2 else "orthorhombic"
    freer = Phase(phase.structure, phase.radiation, system, phase.name, phase.stretch)
    if freer.n_lattice <= phase.n_lattice:
        return None
    return refine_candidates(observation, (replace(candidate, phase=freer),), solutions, full=True)
