"""The verdict on ranked answers: accepted, accepted in part, ambiguous, or none of these.

`pdflearn.identification.verdict` refines and ranks; here it is judged what may be said. What the
curve shows by itself comes first (`kinds`), then whether the first answer's Rw is one that a right
structure leaves (`expected_rw`), then its rivals, its bounds, and what it leaves unexplained.
"""

from typing import NamedTuple

import numpy as np

from pdflearn.identification import messages, mixture_messages
from pdflearn.identification.candidates import RefinedCandidate
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.coherence import coherence
from pdflearn.identification.evidence import least_seen
from pdflearn.identification.expected_rw import highest_rw, share_beyond
from pdflearn.identification.kinds import kind_of_curve, kind_of_misfit
from pdflearn.identification.known_cells import strain_beyond_reach
from pdflearn.identification.messages import (
    ACCEPTED,
    ACCEPTED_IN_PART,
    AMBIGUOUS,
    AMORPHOUS,
    NONE,
    NOT_G,
)
from pdflearn.identification.missing_elements import in_no_phase, missing_elements
from pdflearn.identification.order import at_bounds, claims_no_crystal, order_length
from pdflearn.identification.particles import is_cluster, is_small
from pdflearn.identification.phase_search import n_alternatives, signals
from pdflearn.identification.ranking import fits_alike, related, rivals_of
from pdflearn.identification.request import NOTHING_KNOWN, Request
from pdflearn.identification.stackings import are_stackings
from pdflearn.identification.unexplained import explained_by_another
from pdflearn.measured.observation import Observation
from pdflearn.refinement.fractions import mean_length

# Up to this Rw a cluster explains a curve whose order ends as early as a glass's. Right clusters
# leave up to 0.13 (seed 11 of bench_clusters.py); clusters fit dense packings and liquids, which
# have much the same first shells, with 0.24 to 0.33 (seed "dev110" of bench_none.py).
ORDERLESS_CLUSTER_RW = 0.18
# A trace is a tenth of the atoms at most. Where the elements are not known, shares of the atoms are
# off by 0.05 (variant 310 of mixture_files.py), so that up to this share it may be one.
TRACE = 0.15


# Of a phase below this share of the curve's squares only its strongest peaks are seen, so that a
# simpler type in its place is no likelier than one with more freedom. A perovskite of 0.03 passed
# for bcc, with Rw 0.070 against 0.069 (variant 312 of mixture_files.py).
LITTLE = 0.05


class Judgement(NamedTuple):
    """A verdict, its reason, and of "none of these" the kind.

    Attributes
    ----------
    verdict : {"accepted", "accepted in part", "ambiguous", "none of these"}
    reason : str
        One sentence or more.
    kind : str
        See `pdflearn.identification.messages`; "" for any other verdict.
    kin : tuple of str
        Types with the same parent type as the first that the radiation cannot tell from it.
    """

    verdict: str
    reason: str
    kind: str = ""
    kin: tuple[str, ...] = ()


def judge(
    observation: Observation,
    ranked: list[RefinedCandidate],
    catalogue: Catalogue,
    rw_limit: float,
    request: Request = NOTHING_KNOWN,
    beside: RefinedCandidate | None = None,
) -> Judgement:
    """Give the verdict on the first of the ranked types, and its reason.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    ranked : list of RefinedCandidate
        One a type, best first, as `rank` returns them; mixtures may stand in front.
    catalogue : Catalogue
        The relations of the types.
    rw_limit : float
        The Rw that one right structure in twenty exceeds (`expected_rw`).
    request : Request, optional
        What is known of the sample.
    beside : RefinedCandidate, optional
        A mixture that the curve speaks for, but whose weaker phases hold less of it than right
        structures usually leave. Where it is the first and no more than a trace, this is said;
        else the first is a part at most.

    Returns
    -------
    Judgement

    See Also
    --------
    pdflearn.identification.verdict.identify : Refines, ranks and judges; with an example.
    pdflearn.identification.messages : The sentences.
    """
    first = ranked[0]
    fit_text = _fit_text(observation, first)
    order = coherence(observation)
    # A cluster is no crystal, so its order may end as early as it likes.
    fits = first.adjusted_rw <= highest_rw(rw_limit)
    best_rw = min(item.adjusted_rw for item in ranked)
    kind = kind_of_curve(observation, order, best_rw)
    cluster = is_cluster(first) and first.adjusted_rw <= ORDERLESS_CLUSTER_RW
    if kind and not (cluster and kind.name != NOT_G):
        sentence = f"{kind.sentence} {messages.nevertheless(first.name, fit_text, fits)}"
        return Judgement(NONE, sentence, kind.name)
    if not fits:
        closest = sorted(ranked, key=lambda item: item.adjusted_rw)
        kind = kind_of_misfit(observation, closest, order)
        reason = _why_refused(observation, ranked, rw_limit)
        return Judgement(NONE, f"{reason} {kind.sentence}", kind.name)
    if claims_no_crystal(first.fit):
        reason = messages.order_ends(first.name, fit_text, order_length(first.fit))
        return Judgement(NONE, reason, AMORPHOUS)
    if first.is_mixture:
        judgement = _judge_mixture(observation, ranked, catalogue, rw_limit, beside)
    else:
        judgement = _judge_single(observation, ranked, catalogue, rw_limit, request, beside)
    missing = missing_elements(first.candidates, catalogue, request)
    if judgement.verdict == ACCEPTED and missing:
        reason = f"{judgement.reason} {in_no_phase(missing)}"
        return judgement._replace(verdict=ACCEPTED_IN_PART, reason=reason)
    return judgement


def _judge_single(
    observation: Observation,
    ranked: list[RefinedCandidate],
    catalogue: Catalogue,
    rw_limit: float,
    request: Request,
    beside: RefinedCandidate | None,
) -> Judgement:
    """The verdict on a single phase that fits."""
    first, fit_text = ranked[0], _fit_text(observation, ranked[0])
    alike = _fitting_alike(ranked, rw_limit, request)
    kin = tuple(item.structure_type for item in alike if related(item, first, catalogue))
    rivals = [item.structure_type for item in rivals_of(ranked, catalogue, rw_limit)]
    if rivals:
        reason = messages.several_fit(first.structure_type, fit_text, rivals, kin)
        return Judgement(AMBIGUOUS, reason, kin=kin)
    doubt = _doubt(ranked, fit_text, rw_limit, catalogue)
    if doubt:
        return Judgement(AMBIGUOUS, doubt, kin=kin)
    others = [item for item in alike if not related(item, first, catalogue)]
    reason = messages.one_fits(
        first.name,
        fit_text,
        kin,
        [item.structure_type for item in others],
        _advantage(first, others),
        first.elements_known or bool(first.files),
        messages.SEEN_BY[first.radiation],
    )
    fitting = [item.structure_type for item in ranked if item.adjusted_rw <= rw_limit]
    rest = explained_by_another(observation, first, catalogue, fitting)
    if rest is not None:
        return Judgement(
            ACCEPTED_IN_PART, f"{reason} {mixture_messages.unexplained(*rest)}", kin=kin
        )
    if beside is not None and is_trace(first, beside, catalogue):
        held = min(signals(beside))
        trace = mixture_messages.possible_trace(
            beside.structure_type, held, first.fit.rw, beside.fit.rw
        )
        return Judgement(ACCEPTED, f"{reason} {trace}", kin=kin)
    if beside is not None:
        better = _fits_better_with(beside, first)
        return Judgement(ACCEPTED_IN_PART, f"{reason} {better}", kin=kin)
    return Judgement(ACCEPTED, reason + _could_hide(observation, first, catalogue), kin=kin)


def is_trace(first: RefinedCandidate, mixture: RefinedCandidate, catalogue: Catalogue) -> bool:
    """Whether a mixture is the first phase and no more than a trace of others."""
    root = catalogue.parent_type(first.structure_type)
    main = sum(
        fraction
        for candidate, fraction in zip(mixture.candidates, mixture.fit.fractions, strict=True)
        if catalogue.parent_type(candidate.structure_type) == root
    )
    return main >= 1 - TRACE


def _doubt(
    ranked: list[RefinedCandidate], fit_text: str, rw_limit: float, catalogue: Catalogue
) -> str:
    """Why a structure without rivals is not accepted; "" where nothing speaks against it."""
    first = ranked[0]
    name = first.structure_type
    if is_small(first):
        return messages.too_small(name, fit_text, first.fit.parameters["diameter"].value)
    if first.adjusted_rw > rw_limit:
        return messages.seldom_so_high(name, fit_text, share_beyond(first.adjusted_rw, rw_limit))
    names = at_bounds(first.fit)
    if names:
        return messages.at_a_bound(name, fit_text, names)
    strain = strain_beyond_reach(ranked, catalogue)
    return messages.stretched_too_far(name, fit_text, first.name, strain) if strain else ""


def _judge_mixture(
    observation: Observation,
    ranked: list[RefinedCandidate],
    catalogue: Catalogue,
    rw_limit: float,
    beside: RefinedCandidate | None,
) -> Judgement:
    """The verdict on a mixture: others that fit alike, bounds and errors put phases in doubt.

    Phases that all mixtures share, and that nothing speaks against, are accepted as a part. Of one
    with a weak phase, so that another phase fits alone, only that one is sure (`beside` has no
    more phases then).
    """
    first, fit_text = ranked[0], _fit_text(observation, ranked[0])
    types = [candidate.structure_type for candidate in first.candidates]
    weakly_seen = weak_phases(first, rw_limit)
    others = [
        item
        for item in ranked[1:]
        if item.is_mixture
        and (
            item.degrees_of_freedom <= first.degrees_of_freedom
            or _other_types(item, types, catalogue) <= weakly_seen
        )
    ]
    reason = mixture_messages.two_phases(
        fit_text,
        types,
        first.fit.fractions,
        [item.structure_type for item in others],
        scattered_shares(first),
        first.elements_known,
    )
    if first.adjusted_rw > rw_limit:
        share = share_beyond(first.adjusted_rw, rw_limit)
        doubt = messages.seldom_so_high(first.structure_type, fit_text, share)
        return Judgement(AMBIGUOUS, f"{reason} {doubt}")
    names = [*at_bounds(first.fit), *_below_their_errors(first)]
    sure = set(types) - _types_of(names, types)
    for item in others:
        sure -= _other_types(item, types, catalogue)
    more = beside is not None and len(beside.candidates) > len(first.candidates)
    if beside is not None:
        richer = beside if more else first
        simpler = first if more else next(item for item in ranked if not item.is_mixture)
        if not more:
            one = simpler.structure_type
            sure -= {name for name in types if not _same_root(name, one, catalogue)}
        reason += f" {_fits_better_with(richer, simpler)}"
    if names:
        reason += f" {messages.at_a_bound(first.structure_type, fit_text, names)}"
    if are_stackings(first):
        doubt = mixture_messages.one_or_two_stackings(types)
        return Judgement(AMBIGUOUS, f"{reason} {doubt}")
    if not (names or others or beside):
        return Judgement(ACCEPTED, reason + _could_hide(observation, first, catalogue))
    if not sure:
        return Judgement(AMBIGUOUS, reason)
    shares = dict(zip(types, first.fit.fractions, strict=True))
    part = {name: share for name, share in shares.items() if name in sure}
    return Judgement(ACCEPTED_IN_PART, f"{mixture_messages.sure_of(part)} {reason}")


def _fits_better_with(richer: RefinedCandidate, simpler: RefinedCandidate) -> str:
    """How much less is left with more phases."""
    return mixture_messages.fits_better_with(richer.structure_type, simpler.fit.rw, richer.fit.rw)


def _could_hide(observation: Observation, item: RefinedCandidate, catalogue: Catalogue) -> str:
    """How weak a phase may be that the curve does not show beside those that are accepted."""
    n_tried = n_alternatives(catalogue)
    return mixture_messages.could_hide(least_seen(observation, item.fit.rw, n_tried))


def weak_phases(item: RefinedCandidate, rw_limit: float) -> set[str]:
    """The types of which the curve shows too little to prefer a simpler one in their place.

    Their part is fitted worse than right structures fit their curves, or holds less than `LITTLE`.
    """
    limit = highest_rw(rw_limit)
    parts = zip(item.candidates, signals(item), strict=True)
    return {
        candidate.structure_type
        for candidate, signal in parts
        if signal < LITTLE or item.adjusted_rw > limit * np.sqrt(signal)
    }


def scattered_shares(item: RefinedCandidate) -> list[float]:
    """Each phase's share of what is scattered: c <b>^2 over its sum, as the scales are.

    Shares c of the atoms follow from it with the lengths <b> of the elements, which are the
    library's where those of the sample are not known.
    """
    squares = [
        fraction * mean_length(structure, item.radiation) ** 2
        for fraction, structure in zip(item.fit.fractions, item.fit.structures, strict=True)
    ]
    return [square / sum(squares) for square in squares]


def _other_types(item: RefinedCandidate, types: list[str], catalogue: Catalogue) -> set[str]:
    """The types of which a mixture has neither themselves nor one with the same parent type."""
    roots = {catalogue.parent_type(candidate.structure_type) for candidate in item.candidates}
    return {name for name in types if catalogue.parent_type(name) not in roots}


def _same_root(one: str, other: str, catalogue: Catalogue) -> bool:
    """Whether two types go back to the same one."""
    return catalogue.parent_type(one) == catalogue.parent_type(other)


def _types_of(names: list[str], types: list[str]) -> set[str]:
    """The types of the phases whose parameters these are; all, where one is of the whole fit."""
    phases = {name.split("_")[0] for name in names}
    if not all(phase.isdigit() for phase in phases):
        return set(types)
    return {types[int(phase) - 1] for phase in phases}


def _below_their_errors(item: RefinedCandidate) -> list[str]:
    """The scales of phases that are smaller than their standard errors."""
    return [
        name
        for name, parameter in item.fit.parameters.items()
        if name.endswith("scale") and not parameter.value > np.nan_to_num(parameter.stderr)
    ]


def _fit_text(observation: Observation, item: RefinedCandidate) -> str:
    return messages.fit_quality(item.fit.rw, observation.r[0], observation.r[-1])


def _why_refused(observation: Observation, ranked: list[RefinedCandidate], rw_limit: float) -> str:
    """Why the first of the types is not accepted: its fit is beyond the limit."""
    first = ranked[0]
    closest = min(ranked, key=lambda item: item.adjusted_rw)
    closest_text = _fit_text(observation, closest)
    if closest.adjusted_rw > highest_rw(rw_limit):
        return messages.nothing_fits(closest.name, closest_text, rw_limit)
    return messages.unlikely_fits(
        first.name, _fit_text(observation, first), rw_limit, closest.name, closest_text
    )


def _fitting_alike(
    ranked: list[RefinedCandidate], rw_limit: float, request: Request
) -> list[RefinedCandidate]:
    """Types that fit like the first one and need no more elements than the sample has."""
    max_elements = len(request.elements) or np.inf
    return [
        item
        for item in ranked[1:]
        if item.adjusted_rw <= rw_limit
        and fits_alike(item, ranked[0])
        and item.n_elements <= max_elements
    ]


def _advantage(first: RefinedCandidate, others: list[RefinedCandidate]) -> str:
    """In a word, what the first type has over the others that fit alike."""
    if all(item.degrees_of_freedom > first.degrees_of_freedom for item in others):
        return "simpler"
    if all(item.log_prior < first.log_prior for item in others):
        return "likelier"
    return "simpler or likelier"
