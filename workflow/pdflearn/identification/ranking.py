"""The order of refined candidates: how likely each type is, and which of two alike goes first.

Refinement does not rank alone, because a type with more kinds of sites has more freedom and nearly
always fits a little better. So the model's probability and the fit count together, and a simpler
type goes before one with more freedom where both fit alike: a parent before its ordered children,
and any type before others that are no more likely. So far as the fits refute what the model named,
it is silent, and all types are treated as those that it never learned.

Where the limits come from, `pdflearn.identification.verdict` says.
"""

from collections.abc import Mapping

import numpy as np

from pdflearn.identification.candidates import Refined
from pdflearn.identification.catalogue import Catalogue

# score = log(probability + FLOOR) - RW_WEIGHT (Rw - best) / max(best, RW_FLOOR). The best fits of
# measured powders leave 0.03 to 0.05: below, differences are not worth more.
FLOOR, RW_WEIGHT, RW_FLOOR = 0.02, 4.0, 0.05
# The model says nothing of types that it did not learn. From 0.1 to 0.2 the verdicts are the same;
# below, what looks like a learned type is accepted as one.
UNLEARNED = 0.10
# Where the radiation is not known: one measured PDF in four is of neutrons. From 0.75 to 0.9 for
# X-rays the verdicts are the same.
RADIATION_SHARE = {"xray": 0.75, "neutron": 0.25}
# A parent goes before its child unless the child's Rw is lower by more than this share of it, or of
# ALIKE_FLOOR: where both fit nearly perfectly, the rest is rounding and truncation. With a share of
# 0.1 a few more ordered types of the benchmark are named, but a measured powder of Ni passes for
# L1_0.
PARSIMONY, ALIKE_FLOOR = 0.20, 0.10
# A score is a logarithm of odds. A type is accepted at odds of 30 : 1 against each other one that
# fits: three wrong acceptances in a hundred are tolerated.
TIE = float(np.log(30.0))
AS_LIKELY = 1.0  # what differs by less is about as likely: the simpler type goes first
# A type that the known composition does not fit loses so much.
COMPOSITION_WEIGHT = 2.0


def rank(
    refined: list[Refined],
    chances: Mapping[str, Mapping[str, float]],
    catalogue: Catalogue,
    limit: float,
) -> list[Refined]:
    """Lay on the scores, keep the best structure of each type, put parents before children.

    A group of types with one parent shares its members' probability: which of them it is, the
    fits and parsimony say. So far as the model names types that their fits refute, it has not
    understood the curve, and its silence about the others means no more than about types that it
    did not learn: p + (share of its answer that is refuted) UNLEARNED.

    Parameters
    ----------
    refined : list of Refined
    chances : mapping
        radiation -> structure_type -> probability.
    catalogue : Catalogue
    limit : float
        The Rw beyond which a fit refutes its structure.
    """
    groups: dict[tuple[str, str], float] = {}
    for radiation, of_types in chances.items():
        for kind, p in of_types.items():
            place = (radiation, catalogue.parent_type(kind))
            groups[place] = groups.get(place, 0.0) + p
    refuted = _refuted_share(refined, chances, limit)
    best_rw = min(item.rw for item in refined)
    several = len({item.radiation for item in refined}) > 1
    for item in refined:
        candidate = item.candidates[0]
        place = (item.radiation, catalogue.parent_type(candidate.structure_type))
        p = UNLEARNED
        if place in groups:
            p = groups[place] + refuted[item.radiation] * UNLEARNED
        item.log_prior = float(np.log(p + FLOOR))
        if several:
            item.log_prior += float(np.log(RADIATION_SHARE[item.radiation]))
        if candidate.fits_composition is False:
            item.log_prior -= COMPOSITION_WEIGHT
        item.log_posterior = item.log_prior - RW_WEIGHT * (item.rw - best_rw) / max(
            best_rw, RW_FLOOR
        )
    ranked = best_of_types(sorted(refined, key=lambda item: (-item.log_posterior, item.rw)))
    ranked.sort(key=lambda item: (-item.log_posterior, item.structure_type))
    return simplest_first(parsimony(ranked, catalogue, limit), catalogue, limit)


def best_of_types(ordered: list[Refined]) -> list[Refined]:
    """The first of each structure type."""
    of_type: dict[str, Refined] = {}
    for item in ordered:
        of_type.setdefault(item.structure_type, item)
    return list(of_type.values())


def _refuted_share(
    refined: list[Refined], chances: Mapping[str, Mapping[str, float]], limit: float
) -> dict[str, float]:
    """For each radiation the share of the model's answer that is for types that do not fit."""
    best: dict[tuple[str, str], float] = {}
    for item in refined:
        place = (item.radiation, item.structure_type)
        best[place] = min(item.rw, best.get(place, np.inf))
    return {
        radiation: sum(p for kind, p in of_types.items() if best.get((radiation, kind), 0) > limit)
        for radiation, of_types in chances.items()
    }


def parsimony(ranked: list[Refined], catalogue: Catalogue, limit: float) -> list[Refined]:
    """Move a parent before its child where the child's fit is not clearly better.

    Not where the child fits and the parent's Rw is beyond the limit.
    """
    order = list(ranked)
    for child in ranked:
        parent_type = catalogue.parents.get(child.structure_type)
        parent = next((item for item in order if item.structure_type == parent_type), None)
        if parent is None or order.index(parent) < order.index(child):
            continue
        vouched = child.candidates[0].fits_composition and len(
            child.candidates[0].phase.species
        ) > len(parent.candidates[0].phase.species)
        refuted = parent.rw > limit >= child.rw
        if not vouched and not refuted and fits_alike(parent, child):
            order.remove(parent)
            order.insert(order.index(child), parent)
    return order


def simplest_first(ranked: list[Refined], catalogue: Catalogue, limit: float) -> list[Refined]:
    """Put a simpler type before the first one where it fits alike and is no less likely.

    Polytypes, say, are no parents and children, but the longer ones mimic faults of the shorter.
    """
    first = ranked[0]
    simpler = [
        item
        for item in ranked[1:]
        if item.rw <= limit
        and fits_alike(item, first)
        and item.log_prior >= first.log_prior - AS_LIKELY
        and item.freedom < first.freedom
        and not related(item, first, catalogue)
    ]
    if not simpler:
        return ranked
    best = min(simpler, key=lambda item: (item.freedom, -item.log_posterior))
    return [best, *(item for item in ranked if item is not best)]


def related(one: Refined, other: Refined, catalogue: Catalogue) -> bool:
    """Whether two types go back to one parent."""
    return catalogue.parent_type(one.structure_type) == catalogue.parent_type(other.structure_type)


def fits_alike(simpler: Refined, other: Refined, share: float = PARSIMONY) -> bool:
    """Whether the other's Rw is lower by no more than this share of the simpler one's."""
    return simpler.rw - other.rw <= share * max(simpler.rw, ALIKE_FLOOR)


def rivals_of(ranked: list[Refined], catalogue: Catalogue, limit: float) -> list[Refined]:
    """Types of other groups that the first one cannot be told from.

    One that fits no better for all its greater freedom must be about as likely as the first.
    """
    first = ranked[0]
    best = max(item.log_posterior for item in ranked if related(item, first, catalogue))

    def near(item: Refined) -> bool:
        idle = item.freedom > first.freedom and fits_alike(first, item)
        return item.log_posterior >= best - (AS_LIKELY if idle else TIE)

    return [
        item
        for item in ranked[1:]
        if not related(item, first, catalogue) and item.rw <= limit and near(item)
    ]
