"""What a sample is: candidates refined, ranked, and a verdict with its reason.

Refinement checks and refuses; `pdflearn.identification.ranking` puts what fits in order. The model
names what the radiation shows; its answer speaks for every type that may look so, and which of
these it is, the fits say.

The limits here and in ranking, mixtures and damped_wave were set from what fits of known structures
leave (bulk 0.1 to 0.3, nanoparticles up to 0.45: C. L. Farrow et al. (2007); T. Egami and S. J. L.
Billinge (2012), ch. 6) and from simulated patterns of types that were left out of the library.
UNLEARNED, RADIATION_SHARE and WAVE_LIMIT were chosen on one draw (variant 2) of the patterns that
tests/benchmarks/bench_verdicts.py makes with PDFfit2, what is done with mixtures with variants 2
and 3 in view, AS_LIKELY and what counts as a rival with variant 4, RW_FLOOR with variant 7; variant
8 tests them. PARSIMONY and WAVE_LIMIT were also held against the public measured files. TIE follows
from how many wrong acceptances are tolerated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pdflearn.identification import messages as words
from pdflearn.identification.amorphous import WAVE_LIMIT, damped_wave_rw
from pdflearn.identification.candidates import Candidate, Refined, choose, fit
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.messages import ACCEPTED, AMBIGUOUS, NONE
from pdflearn.identification.mixtures import find_mixtures
from pdflearn.identification.ranking import (
    RADIATION_SHARE,
    best_of_types,
    fits_alike,
    rank,
    related,
    rivals_of,
)
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.structures.modes import symmetric_modes

# An Rw up to here is expected of the right structure: bulk, and curves that fade within 20 A.
RW_BULK, RW_SMALL = 0.30, 0.45
# The fading is read off the curve itself: root mean square beyond 12 A over that below 8 A. A bulk
# powder keeps half of it, a particle of 30 A less than 0.15.
FADING = (0.15, 0.50)
# Particles below this diameter (angstrom) hold too few shells to be told as a crystal's type.
SMALLEST = 20.0
# So many types are refined in full, and the best of these by score with displacements of atoms.
MOST_FULL = 6
MOST_MODES = 3
MODES_LIMIT = 12
MODES_REACH = 1.5  # times the limit; displacements make no right structure of a worse fit


@dataclass(frozen=True)
class Answer:
    """What is said of one sample.

    Attributes
    ----------
    verdict : {"accepted", "ambiguous", "none of these"}
    reason : str
        One sentence or two.
    ranked : list of Refined
        One a type, best first.
    radiation : str
    limit : float
        The Rw that was expected at most.
    probabilities : dict
        structure_type -> what the model's answer makes it, for this radiation.
    """

    verdict: str
    reason: str
    ranked: list[Refined]
    radiation: str
    limit: float
    probabilities: dict[str, float]


def expected_rw(observation: Observation) -> float:
    """The highest Rw expected of the right structure, from how fast the curve fades."""
    r, g = observation.r, observation.g
    near, far = (r >= 2.0) & (r < 8.0), r >= 12.0
    if far.sum() < 10 or near.sum() < 10:
        return RW_BULK
    fading = np.sqrt(np.mean(g[far] ** 2) / max(np.mean(g[near] ** 2), 1e-300))
    small = np.clip((FADING[1] - fading) / (FADING[1] - FADING[0]), 0.0, 1.0)
    return RW_BULK + (RW_SMALL - RW_BULK) * float(small)


def identify(
    observation: Observation,
    probabilities: Mapping[str, float],
    catalogue: Catalogue,
    composition: Mapping[str, float] | None = None,
    radiation_known: bool = True,
    solutions: Solutions | None = None,
) -> Answer:
    """Choose candidates, refine them, and judge.

    Where the radiation is not known, the candidates of both are ranked together.

    Parameters
    ----------
    observation : Observation
    probabilities : mapping
        Class -> the chosen model's probability.
    catalogue : Catalogue
    composition : mapping, optional
        Element -> share of the atoms, where the user vouches for it.
    radiation_known : bool
        Whether the observation's radiation is more than an assumption.
    solutions : Solutions, optional
        Of earlier refinements; what is found now is added.
    """
    solutions = Solutions() if solutions is None else solutions
    limit = expected_rw(observation)
    kinds = (observation.radiation,) if radiation_known else tuple(RADIATION_SHARE)
    chances = {kind: catalogue.type_probabilities(probabilities, kind) for kind in kinds}
    refined = []
    for kind in kinds:
        seen = replace(observation, radiation=kind)
        chosen = choose(seen, chances[kind], catalogue, composition)
        refined += _refine_all(seen, chosen, chances, catalogue, limit, solutions)
    if not refined:
        used = observation.radiation
        return Answer(NONE, words.NOTHING_REFINED, [], used, limit, chances[kinds[0]])
    ranked = rank(refined, chances, catalogue, limit)
    observation = replace(observation, radiation=ranked[0].radiation)
    refined = [item for item in refined if item.radiation == observation.radiation]
    if ranked[0].rw > limit:  # else one phase explains the curve, and a rest names no second one
        ranked = find_mixtures(observation, refined, catalogue, solutions) + ranked
    if all(item.rw > limit for item in ranked):  # what is likely does not count any more
        ranked.sort(key=lambda item: item.rw)
    verdict, reason = judge(observation, ranked, catalogue, limit, composition)
    used = ranked[0].radiation
    return Answer(verdict, reason, ranked, used, limit, chances[used])


def _refine_all(
    observation: Observation,
    chosen: list[Candidate],
    chances: Mapping[str, Mapping[str, float]],
    catalogue: Catalogue,
    limit: float,
    solutions: Solutions,
) -> list[Refined]:
    """Quick fits of all, full ones of the better, displacements of atoms for the best."""
    tried = [fit(observation, (candidate,), solutions, full=False) for candidate in chosen]
    quick = [item for item in tried if item is not None]
    if not quick:
        return []
    rank(quick, chances, catalogue, limit)  # lays on the scores
    order = best_of_types(sorted(quick, key=lambda item: -item.log_posterior))
    # Half the places for what model and fit say together, half for the fit alone.
    kept = order[: MOST_FULL // 2]
    kept += sorted((i for i in order if i not in kept), key=lambda item: item.rw)
    kept = kept[:MOST_FULL]
    simpler = {catalogue.parents.get(item.structure_type) for item in kept}
    kept += [item for item in order if item.structure_type in simpler and item not in kept]
    full = [fit(observation, item.candidates, solutions, full=True) or item for item in kept]
    rank(full, chances, catalogue, limit)
    full.sort(key=lambda item: -item.log_posterior)
    done = []
    for place, item in enumerate(full):
        if place < MOST_MODES and item.rw <= MODES_REACH * limit:
            item = _with_modes(observation, item, solutions)
        done.append(item)
    types = {item.structure_type for item in done}
    rest = [item for item in order if item.structure_type not in types]
    return done + rest


def _with_modes(observation: Observation, item: Refined, solutions: Solutions) -> Refined:
    """The same with atoms that move as symmetry allows, where that is better."""
    candidate = item.candidates[0]
    old = candidate.phase
    if not old.periodic:
        return item
    modes = symmetric_modes(old.structure)
    if not 0 < len(modes) <= MODES_LIMIT:
        return item
    moved = replace(candidate, phase=old.with_modes(modes))
    new = fit(observation, (moved,), solutions, full=True)
    return new if new is not None and new.rw < item.rw else item


def judge(
    observation: Observation,
    ranked: list[Refined],
    catalogue: Catalogue,
    limit: float,
    composition: Mapping[str, float] | None = None,
) -> tuple[str, str]:
    """The verdict on the first of the ranked types, and its reason in a sentence or two."""
    first = ranked[0]

    def how_well(item: Refined) -> str:
        return words.how_well(item.fit.rw, observation.r[0], observation.r[-1])

    fits = how_well(first)
    if first.rw > limit:
        closest = min(ranked, key=lambda item: item.rw)
        if closest.rw > limit:
            return NONE, words.nothing_fits(closest.name, how_well(closest), limit)
        return NONE, words.unlikely_fits(first.name, fits, limit, closest.name, how_well(closest))
    wave = damped_wave_rw(observation)
    if wave <= WAVE_LIMIT:
        return NONE, words.only_a_wave(first.name, fits, wave)
    if len(first.candidates) > 1:
        kinds = [candidate.structure_type for candidate in first.candidates]
        others = [
            item.structure_type
            for item in ranked[1:]
            if len(item.candidates) > 1 and item.freedom <= first.freedom
        ]
        reason = words.two_phases(fits, kinds, first.fit.fractions, others)
        return AMBIGUOUS if others else ACCEPTED, reason
    most_elements = len(composition) if composition else np.inf
    alike = [
        item
        for item in ranked[1:]
        if item.rw <= limit
        and fits_alike(item, first)
        and len(item.candidates[0].phase.species) <= most_elements
    ]
    same = [item.structure_type for item in alike if related(item, first, catalogue)]
    rivals = [item.structure_type for item in rivals_of(ranked, catalogue, limit)]
    if rivals:
        return AMBIGUOUS, words.several_fit(first.structure_type, fits, rivals, same)
    size = np.inf
    if "diameter" in first.fit.parameters:
        size = first.fit.parameters["diameter"].value
    if size < SMALLEST:
        return AMBIGUOUS, words.too_small(first.structure_type, fits, size)
    others = [item for item in alike if not related(item, first, catalogue)]
    why = "simpler or likelier"
    if all(item.freedom > first.freedom for item in others):
        why = "simpler"
    elif all(item.log_prior < first.log_prior for item in others):
        why = "likelier"
    kinds = [item.structure_type for item in others]
    vouched = bool(first.candidates[0].fits_composition)
    return ACCEPTED, words.one_fits(first.name, fits, same, kinds, why, vouched)
