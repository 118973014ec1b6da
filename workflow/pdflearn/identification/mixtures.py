"""Mixtures of two phases, for measured curves that no single phase explains."""

from dataclasses import replace

from pdflearn.identification.candidates import (
    Candidate,
    RefinedCandidate,
    most_similar,
    refine_candidates,
)
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.ranking import ALIKE_FLOOR, fits_alike
from pdflearn.identification.request import NOTHING_KNOWN, Request
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions

# A second phase counts when it lowers Rw by this share and holds this share of the atoms.
MIN_GAIN, MIN_FRACTION = 0.30, 0.05
# So many single phases, of different parent types, are tried with so many second phases each.
N_FIRST, N_SECOND = 2, 6
# Pairs whose Rw differ by less than this share fit alike. Their types are not parents and children,
# so less of a difference is explained by freedom than for single phases.
PAIRS_ALIKE = 0.10


def find_mixtures(
    observation: Observation,
    refined: list[RefinedCandidate],
    catalogue: Catalogue,
    solutions: Solutions,
    request: Request = NOTHING_KNOWN,
) -> list[RefinedCandidate]:
    """Find pairs of structures of different types that fit clearly better than one phase.

    The second phase is looked for in what the first one leaves of the curve.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    refined : list of RefinedCandidate
        Fits of single phases.
    catalogue : Catalogue
        The known structures.
    solutions : Solutions
        Remembered fits; what is new is added.
    request : Request, optional
        What is known of the sample's elements, which are laid onto each phase's sites.

    Returns
    -------
    list of RefinedCandidate
        Of pairs that fit alike one for each two parent types, the simplest one first; empty where
        no pair is clearly better than the best single phase.
    """
    firsts = _first_phases(refined, catalogue)
    highest = (1 - MIN_GAIN) * firsts[0].adjusted_rw
    # No pair beyond this Rw is chosen, or fits like one that is.
    useful = max(highest / (1 - PAIRS_ALIKE), highest + PAIRS_ALIKE * ALIKE_FLOOR)
    pairs: list[RefinedCandidate] = []
    for first in firsts[:N_FIRST]:
        rest = replace(observation, g=first.fit.difference)
        known = {first.structure_type}
        for second in most_similar(rest, catalogue, N_SECOND, without=known, request=request):
            candidates = (first.candidates[0], second)
            pair = refine_candidates(observation, candidates, solutions, full=False, useful=useful)
            if pair is not None and min(pair.fit.fractions) >= MIN_FRACTION:
                pairs.append(pair)
    best = min(pairs, key=lambda pair: pair.adjusted_rw, default=None)
    if best is None or best.adjusted_rw > highest:
        return []
    near = [
        _simplest_pair(observation, pair, catalogue, solutions, request)
        for pair in pairs
        if fits_alike(pair, best, PAIRS_ALIKE)
    ]
    by_parents: dict[tuple[str, ...], RefinedCandidate] = {}
    for pair in sorted(near, key=lambda pair: (pair.degrees_of_freedom, pair.adjusted_rw)):
        parents = sorted(catalogue.parent_type(c.structure_type) for c in pair.candidates)
        by_parents.setdefault(tuple(parents), pair)
    return list(by_parents.values())


def _first_phases(refined: list[RefinedCandidate], catalogue: Catalogue) -> list[RefinedCandidate]:
    """The best fit of each parent type, the lowest Rw first."""
    best: dict[str, RefinedCandidate] = {}
    for item in sorted(refined, key=lambda item: item.adjusted_rw):
        best.setdefault(catalogue.parent_type(item.structure_type), item)
    return list(best.values())


def _simplest_pair(
    observation: Observation,
    pair: RefinedCandidate,
    catalogue: Catalogue,
    solutions: Solutions,
    request: Request,
) -> RefinedCandidate:
    """The pair with each type replaced by its parent as long as that fits alike."""
    for index in (0, 1):
        while parent := catalogue.parents.get(pair.candidates[index].structure_type):
            candidate = _similar_to_phase(observation, pair, index, parent, catalogue, request)
            if candidate is None:
                break
            members = list(pair.candidates)
            members[index] = candidate
            simpler = refine_candidates(observation, tuple(members), solutions, full=False)
            if simpler is None or not fits_alike(simpler, pair):
                break
            pair = simpler
    return pair


def _similar_to_phase(
    observation: Observation,
    pair: RefinedCandidate,
    index: int,
    structure_type: str,
    catalogue: Catalogue,
    request: Request,
) -> Candidate | None:
    """The structure of a type that looks most like one phase of a pair; None for both phases'."""
    others = pair.fit.calculated - pair.fit.partials[index]
    phase_curve = replace(observation, g=observation.g - others)
    candidates = most_similar(phase_curve, catalogue, 1, only={structure_type}, request=request)
    if not candidates or pair.candidates[1 - index].structure_type == structure_type:
        return None
    return candidates[0]
