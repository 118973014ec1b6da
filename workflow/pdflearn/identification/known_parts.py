"""Mixtures of known compounds of a sample's elements, which are looked for before all others.

Where the elements are known, and no single phase that holds all of them fits, the phases are most
likely known compounds of some of them. These are few, so that a weak phase among them is seen
sooner than among all types; and where they explain the curve and hold every element, nothing else
needs to be refined. An element that no phase holds is in one that is not seen yet: there is
another phase then, and only which it is remains to be told from chance.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pdflearn.identification import evidence
from pdflearn.identification.answer_rows import MAX_PHASES
from pdflearn.identification.candidates import (
    Candidate,
    RefinedCandidate,
    compare,
    make_candidates,
    refine_candidates,
    refined_in_full,
)
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.chemistry import (
    FAR_OFF,
    KNOWN_SCATTER,
    known_compounds,
    volume_of_atom,
)
from pdflearn.identification.coherence import coherence
from pdflearn.identification.displacements import MAX_MODES_BUILT, refine_displacements
from pdflearn.identification.expected_rw import usual_rw
from pdflearn.identification.kinds import kind_of_curve
from pdflearn.identification.missing_elements import missing_elements
from pdflearn.identification.mixtures import find_mixtures
from pdflearn.identification.phase_search import PhaseSearch, ends, rest
from pdflearn.identification.ranking import fits_alike
from pdflearn.identification.request import Request
from pdflearn.identification.search import LOG_R_STEP
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.structures.substitution import shares

# So many of the compounds, the most similar ones, are refined alone at first; and so many beside
# the phases that are known, where elements are missing.
N_ALONE, N_MISSING = 6, 3
# So many structures of all elements are refined in full, up to this multiple of the limit.
N_WHOLE, MODES_RW_FACTOR = 3, 1.5
# No known compound's lengths differ by more, as its volume does not (`chemistry.FAR_OFF`); among so
# many independent places its pattern is laid, peaks being 0.1 angstrom wide of 20.
FAR = FAR_OFF * KNOWN_SCATTER / 3
PLACES_OF_KNOWN = max(1.0, 2 * FAR / (2 * LOG_R_STEP))


def find_known_parts(
    observation: Observation,
    chosen: Sequence[Candidate],
    catalogue: Catalogue,
    rw_limit: float,
    solutions: Solutions,
    request: Request,
) -> tuple[list[RefinedCandidate], list[RefinedCandidate]]:
    """Find a mixture of known compounds of the sample's elements that fits as right ones do.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    chosen : sequence of Candidate
        As `choose_candidates` returns them for this curve.
    catalogue : Catalogue
        The known structures.
    rw_limit : float
        See `pdflearn.identification.expected_rw.expected_rw`.
    solutions : Solutions
        Remembered fits; what is new is added.
    request : Request
        What is known of the sample.

    Returns
    -------
    mixtures, singles : list of RefinedCandidate
        As `find_mixtures` returns them, and the fits of single phases that they were compared with.
        Both empty where there is none, or where a structure with all the elements may fit alone.

    See Also
    --------
    with_missing_elements : Weak phases of elements that no other holds.
    """
    nothing: tuple[list[RefinedCandidate], list[RefinedCandidate]] = ([], [])
    if len(request.elements) < 2 or request.composition or request.only:
        return nothing
    compared = compare(observation, catalogue)
    compared = compared[~compared["cluster"]]
    known = known_compounds(compared, request)
    roots = known["structure_type"].map(catalogue.parent_type)
    if roots.nunique() < 2:
        return nothing
    of_all = known["elements"].str.count("-") + 1 == len(request.elements)
    exact = known[of_all].drop_duplicates("structure_type").head(N_ALONE)
    alone = _quick_fits(observation, _made_of(exact, observation, catalogue, request), solutions)
    if alone and alone[0].adjusted_rw <= usual_rw(rw_limit):
        return nothing
    whole = _quick_fits(observation, [one for one in chosen if _holds_all(one, request)], solutions)
    if whole and whole[0].adjusted_rw <= usual_rw(rw_limit):
        return nothing
    few = catalogue.limited_to(list(known.index))
    ordered = known[~of_all].sort_values("similarity", ascending=False, kind="stable")
    some = ordered.drop_duplicates("structure_type").head(N_ALONE)
    parts = _quick_fits(observation, _made_of(some, observation, few, request), solutions)
    near = [item for item in whole if item.adjusted_rw <= MODES_RW_FACTOR * rw_limit]
    if not parts or (near and not fits_alike(parts[0], near[0])):
        return nothing
    singles = whole + parts
    best_rw = min(item.adjusted_rw for item in singles)
    if kind_of_curve(observation, coherence(observation), best_rw) is not None:
        return nothing
    mixtures = find_mixtures(observation, singles, few, solutions, request)
    search = PhaseSearch(observation, few, solutions, request)
    best = mixtures[0] if mixtures else refined_in_full(observation, parts[0], solutions)
    if best is None or best.adjusted_rw > usual_rw(rw_limit):
        return nothing
    more = with_missing_elements(search, best, catalogue)
    mixtures = mixtures if more[0] is best else more
    if not mixtures or not _at_known_volumes(mixtures[0]):
        return nothing
    near = [_in_full(observation, item, solutions) for item in near[:N_WHOLE]]
    if not all(search.supported(item, mixtures[0]) for item in near):
        return nothing
    return mixtures, near + whole[len(near) :] + parts


def with_missing_elements(
    search: PhaseSearch, item: RefinedCandidate, catalogue: Catalogue
) -> list[RefinedCandidate]:
    """Add known compounds that hold what no phase holds, as long as they gain more than chance.

    That there is a phase with these elements is known, so that its parameters need no evidence, as
    those of any other phase do: only which of a few compounds it is, at the cells that they have.

    Parameters
    ----------
    search : PhaseSearch
        Among the known compounds of the sample's elements.
    item : RefinedCandidate
        One phase, or a mixture, refined in full.
    catalogue : Catalogue
        All known structures.

    Returns
    -------
    list of RefinedCandidate
        The mixture with the compounds, and others instead of the last that fit alike; the item
        alone where there are none.
    """
    items = [item]
    while len(items[0].candidates) < MAX_PHASES:
        best = items[0]
        missing = missing_elements(best.candidates, catalogue, search.request)
        types = {candidate.structure_type for candidate in best.candidates}
        holding = [
            new
            for new in (search.similar(best.fit.partials, N_MISSING, types) if missing else ())
            if missing & set(shares(new.phase.structure)) and abs(np.log(new.phase.stretch)) <= FAR
        ]
        search.n_tried = max(len(holding), 1) * PLACES_OF_KNOWN
        start = ends(best, range(len(best.candidates)))
        richer = [
            search.refine([*best.candidates, new], full=True, start=start)
            for new in sorted(holding, key=rest)[:N_MISSING]
        ]
        seen = [
            other for other in richer if other is not None and search.more_than_chance(other, best)
        ]
        if not seen:
            break
        seen.sort(key=lambda other: other.adjusted_rw)
        by_chance = evidence.by_chance(search.n_tried)
        items = [other for other in seen if search.gain(other.fit.rw, seen[0].fit.rw) < by_chance]
    return items


def _holds_all(candidate: Candidate, request: Request) -> bool:
    """Whether a structure holds all elements of the sample, and mixes none that seldom mix."""
    variant = candidate.variant
    if candidate.file:
        return True
    if variant is None or variant.mixed_unlike:
        return False
    return variant.complete


def _at_known_volumes(item: RefinedCandidate) -> bool:
    """Whether no phase's volume is far off that of the known compound: else it is another one."""
    return all(
        abs(np.log(volume_of_atom(structure) / candidate.variant.volume)) <= FAR_OFF * KNOWN_SCATTER
        for candidate, structure in zip(item.candidates, item.fit.structures, strict=True)
        if candidate.variant is not None
    )


def _in_full(
    observation: Observation, item: RefinedCandidate, solutions: Solutions
) -> RefinedCandidate:
    """All parameters refined, with displacements of atoms."""
    full = refined_in_full(observation, item, solutions) or item
    return refine_displacements(observation, full, solutions, MAX_MODES_BUILT)


def _made_of(
    rows: pd.DataFrame, observation: Observation, catalogue: Catalogue, request: Request
) -> list[Candidate]:
    """The known compounds of these rows, as they are."""
    return [
        candidate
        for structure_id, match in rows.iterrows()
        for candidate in make_candidates(structure_id, match, observation, catalogue, request, 1)
    ]


def _quick_fits(
    observation: Observation, candidates: list[Candidate], solutions: Solutions
) -> list[RefinedCandidate]:
    """Quick fits of all that can be refined, the best first."""
    fits = (refine_candidates(observation, (one,), solutions, full=False) for one in candidates)
    return sorted(filter(None, fits), key=lambda item: item.adjusted_rw)
