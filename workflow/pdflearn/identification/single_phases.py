"""All single phases that may explain a curve, refined: quickly at first, then the better in full.

`pdflearn.identification.verdict` says where the limits come from.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from pdflearn.identification.candidates import (
    Candidate,
    RefinedCandidate,
    choose_candidates,
    compare,
    make_candidates,
    refine_candidates,
    refined_in_full,
)
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.cluster_search import better_clusters
from pdflearn.identification.coherence import coherence
from pdflearn.identification.displacements import MAX_MODES, MAX_MODES_BUILT, refine_displacements
from pdflearn.identification.expected_rw import highest_rw
from pdflearn.identification.freedom import without_bounds
from pdflearn.identification.kinds import kind_of_curve
from pdflearn.identification.other_starts import OtherStarts, fits_poorly
from pdflearn.identification.particles import is_cluster
from pdflearn.identification.ranking import (
    RW_FLOOR,
    best_of_types,
    misfit_order,
    with_posteriors,
)
from pdflearn.identification.request import NOTHING_KNOWN, Request
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions

# So many types are refined in full, and so many of the best of these with displacements of atoms.
N_FULL = 6
# Of a curve that shows by itself that it is no crystal's, so many crystals with similar patterns
# are refined, and so many of the best in full: what becomes of them changes no verdict.
N_SIMILAR, N_CLOSEST = 8, 2
N_WITH_MODES = 3
# Displacements are tried up to this multiple of the limit: they make no right structure of a worse
# fit, unless it is one of `FEW_MODES`. The ring of oxygen of a borate with the positions of a
# carbonate leaves 0.48, and 0.03 after its one displacement (AlBO3, seed 952 of
# bench_chemistry.py).
MODES_RW_FACTOR = 1.5
FEW_MODES = 2
# So a structure of few displacements that was built with the sample's elements, the positions of
# which are another compound's, is not given up before this multiple of what others are.
BUILT_FACTOR = 2.0
# A structure beyond that, and beyond this multiple of the best Rw, is not refined to the end. The
# verdicts on variant 100 of mixture_files.py, and on the public measured files, do not change with
# this limit.
FAR = 1.25
# Nor is one beyond so many times the best Rw (or `RW_FLOOR`): e^-16 as likely, which no prior makes
# up for (`ranking.RW_WEIGHT`), and full fits seldom halve the Rw of quick ones.
MUCH_WORSE = 3.0
# So many of the best clusters are refined in full, to see whether one fits a curve without order.
N_CLUSTERS = 3


def refine_single_phases(
    observation: Observation,
    probabilities: Mapping[str, Mapping[str, float]],
    catalogue: Catalogue,
    rw_limit: float,
    solutions: Solutions,
    request: Request = NOTHING_KNOWN,
    chosen: Mapping[str, list[Candidate]] | None = None,
) -> list[RefinedCandidate]:
    """Choose structures that may explain a curve alone, and refine them.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    probabilities : mapping
        radiation -> structure_type -> probability by the model, for each radiation in question.
    catalogue : Catalogue
        The known structures.
    rw_limit : float
        See `pdflearn.identification.expected_rw.expected_rw`.
    solutions : Solutions
        Remembered fits; what is new is added.
    request : Request, optional
        What the user says of the sample.
    chosen : mapping, optional
        What `choose_of_radiations` returned, where it is at hand.

    Returns
    -------
    list of RefinedCandidate
        One a type and radiation; empty where nothing can be refined.
    """
    chosen = chosen or choose_of_radiations(observation, probabilities, catalogue, request)
    settings = probabilities, catalogue, rw_limit, solutions
    n_full = N_FULL
    quick: dict[str, list[RefinedCandidate]] = {}
    squares = float(observation.g @ observation.g)  # zero where numbers are too small
    if squares > 0 and kind_of_curve(observation, coherence(observation), 0.0) is not None:
        n_full = N_CLOSEST
        closest = {radiation: _closest(candidates) for radiation, candidates in chosen.items()}
        quick = _quick_fits_of(observation, closest, *settings)
        if _a_cluster_fits(observation, quick, rw_limit, solutions):
            n_full, quick = N_FULL, {}
    quick = quick or _quick_fits_of(observation, chosen, *settings)
    if n_full == N_FULL:
        quick = {
            radiation: with_posteriors(
                _with_other_clusters(
                    replace(observation, radiation=radiation), items, catalogue, solutions, request
                ),
                probabilities,
                catalogue,
                rw_limit,
            )
            for radiation, items in quick.items()
        }
    return [
        item
        for radiation, items in quick.items()
        for item in _full_fits(
            replace(observation, radiation=radiation), items, *settings, request, n_full=n_full
        )
    ]


def choose_of_radiations(
    observation: Observation,
    probabilities: Mapping[str, Mapping[str, float]],
    catalogue: Catalogue,
    request: Request,
) -> dict[str, list[Candidate]]:
    """Radiation -> the candidates for a curve of it; see `refine_single_phases`."""
    return {
        radiation: choose_candidates(
            replace(observation, radiation=radiation), of_types, catalogue, request
        )
        for radiation, of_types in probabilities.items()
    }


def _closest(candidates: list[Candidate]) -> list[Candidate]:
    """All clusters, and the crystals with the most similar patterns."""
    crystals = [one for one in candidates if one.phase.periodic]
    crystals.sort(key=lambda one: -one.similarity)
    kept = {id(one) for one in crystals[:N_SIMILAR]}
    return [one for one in candidates if id(one) in kept or not one.phase.periodic or one.file]


def _quick_fits_of(
    observation: Observation,
    chosen: Mapping[str, list[Candidate]],
    probabilities: Mapping[str, Mapping[str, float]],
    catalogue: Catalogue,
    rw_limit: float,
    solutions: Solutions,
) -> dict[str, list[RefinedCandidate]]:
    """Radiation -> quick fits of its candidates, where there are any."""
    quick: dict[str, list[RefinedCandidate]] = {}
    ends: dict[tuple[str, ...], Mapping[str, float]] = {}
    for radiation, candidates in chosen.items():
        assumed = replace(observation, radiation=radiation)
        fits = _quick_fits(assumed, candidates, rw_limit, solutions, ends)
        ends = {_structure_of(item.candidates[0]): item.fit.start for item in fits}
        if fits:
            quick[radiation] = with_posteriors(fits, probabilities, catalogue, rw_limit)
    return quick


def _quick_fits(
    observation: Observation,
    candidates: list[Candidate],
    rw_limit: float,
    solutions: Solutions,
    ends: Mapping[tuple[str, ...], Mapping[str, float]],
) -> list[RefinedCandidate]:
    """Quick fits of all; one that is far from the best, and from fitting, ends early.

    Distances are the same with either radiation, so that a structure that was fitted with the other
    one starts from where that fit ended.
    """
    items: list[RefinedCandidate] = []
    for candidate in candidates:
        item = refine_candidates(
            observation,
            (candidate,),
            solutions,
            full=False,
            useful=_useful_rw(items, rw_limit),
            start=ends.get(_structure_of(candidate)),
        )
        items += [item] if item is not None else []
    return items


def _with_other_clusters(
    observation: Observation,
    fits: list[RefinedCandidate],
    catalogue: Catalogue,
    solutions: Solutions,
    request: Request,
) -> list[RefinedCandidate]:
    """Quick fits with full ones of the best clusters, of other sizes and surfaces of theirs."""
    if request.only:
        return fits

    @cache
    def similarity_table() -> pd.DataFrame:  # once, and only where a cluster is near
        return compare(observation, catalogue)

    def make(structure_id: str) -> list[Candidate]:
        match = similarity_table().loc[structure_id]
        return make_candidates(structure_id, match, observation, catalogue, request, 1)

    def refine(candidate: Candidate) -> RefinedCandidate | None:
        return refine_candidates(observation, (candidate,), solutions, full=True)

    clusters = better_clusters(fits, catalogue, make, refine)
    known = {item.candidates[0].id for item in clusters}
    return [item for item in fits if item.candidates[0].id not in known] + clusters


def _structure_of(candidate: Candidate) -> tuple[str, ...]:
    """The structure and the elements on its sites."""
    return (candidate.id, *(atom.element for atom in candidate.phase.structure))


def _useful_rw(items: list[RefinedCandidate], rw_limit: float) -> float:
    """The Rw of a quick fit beyond which its structure is not the right one."""
    best = min((item.adjusted_rw for item in items), default=np.inf)
    limit = min(MODES_RW_FACTOR * rw_limit, MUCH_WORSE * max(best, RW_FLOOR))
    return max(limit, FAR * best)


def _a_cluster_fits(
    observation: Observation,
    quick: Mapping[str, list[RefinedCandidate]],
    rw_limit: float,
    solutions: Solutions,
) -> bool:
    """Whether one of the best clusters fits in full."""
    clusters = [item for items in quick.values() for item in items if is_cluster(item)]
    clusters.sort(key=lambda item: item.adjusted_rw)
    full = [
        refine_candidates(
            replace(observation, radiation=item.radiation), item.candidates, solutions, full=True
        )
        for item in clusters[:N_CLUSTERS]
    ]
    return any(item and item.adjusted_rw <= highest_rw(rw_limit) for item in full)


def _full_fits(
    observation: Observation,
    quick: list[RefinedCandidate],
    probabilities: Mapping[str, Mapping[str, float]],
    catalogue: Catalogue,
    rw_limit: float,
    solutions: Solutions,
    request: Request,
    n_full: int = N_FULL,
) -> list[RefinedCandidate]:
    """Full fits of the better ones, displacements of atoms for the best; then the other types."""
    quick = best_of_types(sorted(quick, key=misfit_order))
    useful = _useful_rw(quick, rw_limit)  # of these: the likeliest of a type may fit worse
    full = [
        refined_in_full(observation, item, solutions) or item
        for item in _worth_a_full_fit(quick, catalogue, n_full)
        if item.adjusted_rw <= useful * (BUILT_FACTOR if _has_others_positions(item) else 1.0)
    ]
    full = with_posteriors(full, probabilities, catalogue, rw_limit)
    full.sort(key=lambda item: -item.log_posterior)
    final = [
        refine_displacements(observation, item, solutions, _most_modes(item, rw_limit, request))
        if position < N_WITH_MODES or _has_others_positions(item)
        else item
        for position, item in enumerate(full)
    ]
    if n_full == N_FULL and fits_poorly(final, rw_limit) and not request.only:
        starts = OtherStarts(observation, catalogue, solutions, request)
        sure = probabilities.get(observation.radiation, {})
        others = starts.other_members(final)
        others += starts.other_scatterers(final, sure)
        final += [
            refine_displacements(observation, item, solutions, _most_modes(item, rw_limit, request))
            for item in others
        ]
        final = with_posteriors(final, probabilities, catalogue, rw_limit)
    if n_full == N_FULL and request.knows_elements and not request.only:
        starts = OtherStarts(observation, catalogue, solutions, request)
        if all(item.adjusted_rw > rw_limit for item in final):
            final += [
                refine_displacements(
                    observation, item, solutions, _most_modes(item, rw_limit, request)
                )
                for item in starts.other_types()
            ]
        final += starts.other_ways(final, probabilities.get(observation.radiation, {}), rw_limit)
        final = with_posteriors(final, probabilities, catalogue, rw_limit)
    final = [without_bounds(observation, item, rw_limit, solutions) for item in final]
    types = {item.structure_type for item in final}
    return final + [item for item in quick if item.structure_type not in types]


def _worth_a_full_fit(
    quick: list[RefinedCandidate], catalogue: Catalogue, n_full: int
) -> list[RefinedCandidate]:
    """Half by what model and fit say together, half by the fit alone, their parents, a cluster."""
    chosen = quick[: n_full // 2]
    chosen += sorted(
        (item for item in quick if item not in chosen), key=lambda item: item.adjusted_rw
    )
    chosen = chosen[:n_full]
    parents = {catalogue.parents.get(item.structure_type) for item in chosen}
    chosen += [item for item in quick if item.structure_type in parents and item not in chosen]
    clusters = [item for item in quick if is_cluster(item)]
    best = min(clusters, key=lambda item: item.adjusted_rw, default=None)
    return chosen + [item for item in clusters if item is best and item not in chosen]


def _has_others_positions(item: RefinedCandidate) -> bool:
    """Whether a structure of few displacements was built with the sample's elements."""
    candidate = item.candidates[0]
    if candidate.variant is None or candidate.variant.as_it_is or not candidate.phase.periodic:
        return False
    return 0 < len(candidate.phase.free_modes()) <= FEW_MODES


def _most_modes(item: RefinedCandidate, rw_limit: float, request: Request) -> int:
    """With how many displacements a fit is worth another one."""
    if item.adjusted_rw > MODES_RW_FACTOR * rw_limit:
        return FEW_MODES
    return MAX_MODES_BUILT if request.knows_elements else MAX_MODES
