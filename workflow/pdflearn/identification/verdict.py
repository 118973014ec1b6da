"""Identify a sample: refine candidates, rank them, and give a verdict with its reason.

Refinement tests and refutes; `pdflearn.identification.ranking` puts in order what fits. The model
names what the radiation shows; its answer speaks for every type that may look so, and which of
these it is, the fits decide.

The limits here and in ranking, mixtures and amorphous were set from what fits of known structures
leave (bulk 0.1 to 0.3, nanoparticles up to 0.45: C. L. Farrow et al. (2007); T. Egami and S. J. L.
Billinge (2012), ch. 6) and from simulated patterns of types that were left out of the library.
UNLEARNED, RADIATION_SHARE and WAVE_LIMIT were chosen on one draw (variant 2) of the patterns that
tests/benchmarks/bench_verdicts.py makes with PDFfit2. The treatment of mixtures was decided with
variants 2 and 3 in view, AS_LIKELY and the definition of a rival with variant 4, RW_FLOOR with
variant 7; variant 8 tests them. PARSIMONY and WAVE_LIMIT were also compared with the public
measured files. TIE follows from how many wrong acceptances are tolerated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from pdflearn.identification import messages, mixture_messages
from pdflearn.identification.candidates import (
    RefinedCandidate,
)
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.coherence import coherence
from pdflearn.identification.evidence import SMALLEST_RW, may_be_seen
from pdflearn.identification.expected_rw import expected_rw, usual_rw
from pdflearn.identification.freedom import unearned_children, without_bounds
from pdflearn.identification.judgement import is_trace, judge
from pdflearn.identification.kinds import kind_of_curve
from pdflearn.identification.known_cells import with_nearer_member
from pdflearn.identification.known_parts import find_known_parts
from pdflearn.identification.messages import ACCEPTED, ACCEPTED_IN_PART, NONE
from pdflearn.identification.mixtures import complete_mixture, find_mixtures
from pdflearn.identification.particles import is_cluster, is_small
from pdflearn.identification.phase_search import (
    PhaseSearch,
    holds_too_little,
    n_alternatives,
)
from pdflearn.identification.ranking import (
    RADIATION_SHARE,
    misfit_and_chemistry,
    rank,
)
from pdflearn.identification.request import NOTHING_KNOWN, Request
from pdflearn.identification.single_phases import choose_of_radiations, refine_single_phases
from pdflearn.identification.stackings import are_stackings
from pdflearn.identification.unexplained import explained_by_another
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.fit import Fit

# Where one phase fits, only mixtures are looked for that leave this share of its Rw at most. A
# weaker phase gains more than chance (`PhaseSearch.more_than_chance`) where less than 0.81 is left,
# with 143 independent points, what is left being misfit.
WORTH_A_LOOK = 0.8
CLAIMS = (ACCEPTED, ACCEPTED_IN_PART)


@dataclass(frozen=True)
class Answer:
    """What is said of one sample.

    Parameters
    ----------
    verdict : {"accepted", "accepted in part", "ambiguous", "none of these"}
    reason : str
        One sentence or two.
    ranked : list of RefinedCandidate
        One a type, best first.
    radiation : str
        The known radiation, or the one that fits best.
    rw_limit : float
        The highest Rw that is expected of the right structure.
    probabilities : dict
        structure_type -> probability by the model, for this radiation.
    final : Fit or None
        Of the first type over the whole useful range, where it is accepted.
    kind : str, default ""
        What kind of "none of these" it is; see `pdflearn.identification.messages`.
    kin : tuple of str, default empty
        Types with the first one's parent type that the radiation cannot tell from it.
    """

    verdict: str
    reason: str
    ranked: list[RefinedCandidate]
    radiation: str
    rw_limit: float
    probabilities: dict[str, float]
    final: Fit | None = None
    kind: str = ""
    kin: tuple[str, ...] = ()

    @property
    def refined(self) -> Fit | None:
        """The fit whose parameters and structures are reported; None where nothing was refined."""
        if self.final is not None:
            return self.final
        return self.ranked[0].fit if self.ranked else None


def identify(
    observation: Observation,
    probabilities: Mapping[str, float],
    catalogue: Catalogue,
    request: Request = NOTHING_KNOWN,
    radiation_known: bool = True,
    solutions: Solutions | None = None,
) -> Answer:
    """Choose candidates, refine them, and judge.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    probabilities : mapping
        Class -> probability by the selected model.
    catalogue : Catalogue
        The known structures.
    request : Request, optional
        What the user says of the sample: its elements, and structures to try.
    radiation_known : bool, default True
        False: the observation's radiation is an assumption, and the candidates of both radiations
        are ranked together.
    solutions : Solutions, optional
        Remembered fits; what is new is added.

    Returns
    -------
    Answer

    See Also
    --------
    judge : The verdict alone.
    pdflearn.refinement.refinement.refine : One refinement.

    Examples
    --------
    A simulated curve of copper is identified with the help of two known structures:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from pdflearn.core.grid import Grid
    >>> from pdflearn.identification.search import ReferencePatterns, reference_patterns
    >>> from pdflearn.simulation.simulator import simulate_pdf
    >>> from pdflearn.structures.structure import make_structure
    >>> def cubic(element, a, positions):
    ...     cell = (a, a, a, 90, 90, 90)
    ...     return make_structure(cell, [element] * len(positions), np.array(positions))
    >>> fcc_sites = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    >>> known = {
    ...     "Ni": cubic("Ni", 3.52, fcc_sites),
    ...     "Fe": cubic("Fe", 2.87, [(0, 0, 0), (0.5, 0.5, 0.5)]),
    ... }
    >>> rows = [("Ni", "Ni", "fcc", "cubic", "Ni"), ("Fe", "Fe", "bcc", "cubic", "Fe")]
    >>> columns = ["id", "name", "structure_type", "crystal_system", "elements"]
    >>> patterns = reference_patterns(known.values(), Grid(1.0, 30.0, 0.1), "xray")
    >>> catalogue = Catalogue(
    ...     structures=pd.DataFrame(rows, columns=columns).set_index("id"),
    ...     references=ReferencePatterns(np.array(["Ni", "Fe"]), {"xray": patterns}),
    ...     load=known.get,
    ... )
    >>> r, g = simulate_pdf(cubic("Cu", 3.61, fcc_sites), r_min=1.6, r_max=20.0, r_step=0.05)
    >>> answer = identify(Observation(r, g, q_damp=0.03), {"fcc": 0.5, "bcc": 0.5}, catalogue)
    >>> answer.verdict, answer.ranked[0].structure_type
    ('accepted', 'fcc')
    """
    solutions = Solutions() if solutions is None else solutions
    rw_limit = expected_rw(observation)
    radiations = (observation.radiation,) if radiation_known else tuple(RADIATION_SHARE)
    type_probabilities = {
        radiation: catalogue.type_probabilities(probabilities, radiation)
        for radiation in radiations
    }
    chosen = choose_of_radiations(observation, type_probabilities, catalogue, request)
    known: list[RefinedCandidate] = []
    refined: list[RefinedCandidate] = []
    if radiation_known and request.knows_elements:
        known, refined = find_known_parts(
            observation, chosen[observation.radiation], catalogue, rw_limit, solutions, request
        )
    refined = refined or refine_single_phases(
        observation, type_probabilities, catalogue, rw_limit, solutions, request, chosen
    )
    if not refined:
        radiation = observation.radiation
        first = type_probabilities[radiations[0]]
        return Answer(NONE, messages.NOTHING_REFINED, [], radiation, rw_limit, first)
    unearned = frozenset().union(
        *(
            unearned_children(
                replace(observation, radiation=radiation),
                [item for item in refined if item.radiation == radiation],
                catalogue,
                rw_limit,
                solutions,
            )
            for radiation in radiations
        )
    )
    ranked = rank(refined, type_probabilities, catalogue, rw_limit, unearned)
    observation = replace(observation, radiation=ranked[0].radiation)
    if ranked[0].adjusted_rw <= rw_limit:
        ranked = with_nearer_member(observation, ranked, catalogue, solutions)
    same_radiation = [item for item in refined if item.radiation == observation.radiation]
    beside = weak = None
    if known:
        mixtures, beside = _one_more(known)
        ranked = mixtures + ranked
    elif why := _may_be_a_mixture(observation, ranked, catalogue, rw_limit):
        share = WORTH_A_LOOK if why is Mixture.POSSIBLE else 1.0
        mixtures = find_mixtures(observation, same_radiation, catalogue, solutions, request, share)
        mixtures, ranked = _without_stackings(mixtures, ranked, rw_limit)
        mixtures, beside = _one_more(mixtures)
        if why is Mixture.POSSIBLE:
            search = PhaseSearch(observation, catalogue, solutions, request)
            weak = next((m for m in mixtures if search.more_than_chance(m, ranked[0])), None)
            usual = usual_rw(rw_limit)
            mixtures = [
                m for m in mixtures if search.seen(m, ranked[0], usual) and not holds_too_little(m)
            ]
            beside = beside if mixtures else weak
            if weak is not None and not (mixtures or is_trace(ranked[0], weak, catalogue)):
                whole = complete_mixture(observation, weak, catalogue, solutions, request)
                mixtures = _with_a_weak_phase(whole, ranked[0], search)
        mixtures[:1] = [
            without_bounds(observation, item, rw_limit, solutions) for item in mixtures[:1]
        ]
        ranked = mixtures + ranked
    if all(item.adjusted_rw > rw_limit for item in ranked):  # then probabilities do not count
        ranked.sort(key=misfit_and_chemistry)
    judgement = judge(observation, ranked, catalogue, rw_limit, request, beside)
    doubted = judgement.verdict not in CLAIMS and ranked[0].is_mixture
    if doubted and beside is not None and beside is weak:
        ranked = [item for item in ranked if not item.is_mixture]
        judgement = judge(observation, ranked, catalogue, rw_limit, request, beside)
    radiation, first = ranked[0].radiation, ranked[0].candidates[0]
    surface = messages.surface_of_cluster(first.contraction, first.missing)
    return Answer(
        judgement.verdict,
        judgement.reason + surface + first.note + ranked[0].note,
        ranked,
        radiation,
        rw_limit,
        type_probabilities[radiation],
        kind=judgement.kind,
        kin=judgement.kin,
    )


def _one_more(
    mixtures: list[RefinedCandidate],
) -> tuple[list[RefinedCandidate], RefinedCandidate | None]:
    """The mixtures, and the one of a phase more than the first, if there is one."""
    more = [m for m in mixtures if len(m.candidates) > len(mixtures[0].candidates)]
    return [m for m in mixtures if not any(m is one for one in more)], next(iter(more), None)


def _with_a_weak_phase(
    mixtures: list[RefinedCandidate], single: RefinedCandidate, search: PhaseSearch
) -> list[RefinedCandidate]:
    """The mixtures where the first still holds the single phase and another that the curve shows.

    A phase of light atoms may be most of a sample and hardly seen, so that its name stands in the
    answer, although what right structures usually leave would hide it.
    """
    root = search.catalogue.parent_type(single.structure_type)
    if not mixtures or root not in search.parents(mixtures[0]):
        return []
    if not search.more_than_chance(mixtures[0], single):
        return []
    return [] if is_trace(single, mixtures[0], search.catalogue) else mixtures


def _without_stackings(
    mixtures: list[RefinedCandidate], ranked: list[RefinedCandidate], rw_limit: float
) -> tuple[list[RefinedCandidate], list[RefinedCandidate]]:
    """The mixtures but those of one that fits and stacks its layers otherwise, which is noted."""
    first, *others = ranked
    stacked = [item for item in mixtures if are_stackings(item)]
    if first.adjusted_rw > rw_limit or not stacked:
        return mixtures, ranked
    types = [candidate.structure_type for candidate in stacked[0].candidates]
    if first.structure_type not in types:
        return mixtures, ranked
    note = mixture_messages.stacked_otherwise(types, first.fit.rw, stacked[0].fit.rw)
    kept = [item for item in mixtures if not are_stackings(item)]
    return kept, [replace(first, note=first.note + note), *others]


class Mixture(Enum):
    """Why a mixture is looked for."""

    LIKELY = "no phase fits, or one leaves what looks like another"
    POSSIBLE = "one phase fits, and leaves room for another"


def _may_be_a_mixture(
    observation: Observation,
    ranked: list[RefinedCandidate],
    catalogue: Catalogue,
    rw_limit: float,
) -> Mixture | None:
    """Why a mixture should be looked for, or None."""
    first = ranked[0]
    best_rw = min(item.adjusted_rw for item in ranked)
    if kind_of_curve(observation, coherence(observation), best_rw) is not None:
        return None
    if first.adjusted_rw > rw_limit:
        return Mixture.LIKELY
    if is_small(first) or is_cluster(first):
        return None
    fitting = [item.structure_type for item in ranked if item.adjusted_rw <= rw_limit]
    if explained_by_another(observation, first, catalogue, fitting) is not None:
        return Mixture.LIKELY
    seen = may_be_seen(observation, first.fit.rw, SMALLEST_RW, n_alternatives(catalogue))
    return Mixture.POSSIBLE if seen else None
