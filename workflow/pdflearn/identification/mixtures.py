"""Mixtures of two phases, where no single one explains a measured curve."""

from dataclasses import replace

from pdflearn.identification.candidates import Refined, alike, fit
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.ranking import fits_alike
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions

# A second phase counts when it lowers Rw by this share and holds this share of the atoms.
GAIN, LEAST = 0.30, 0.05
# So many single phases, of different groups of types, are tried with so many others each.
FIRST, SECOND = 2, 6
# Pairs whose Rw differ by less than this share fit alike. Their types are no parents and children,
# so less is put down to freedom.
ALIKE = 0.10


def find_mixtures(
    observation: Observation, refined: list[Refined], catalogue: Catalogue, solutions: Solutions
) -> list[Refined]:
    """Pairs of structures of different types, where two phases fit clearly better than one.

    The second phase is looked for in what the first one leaves. Of pairs that fit alike the
    simplest goes first; one of each two groups of types.
    """
    firsts: list[Refined] = []
    for item in sorted(refined, key=lambda item: item.rw):
        related = {catalogue.parent_type(other.structure_type) for other in firsts}
        if catalogue.parent_type(item.structure_type) not in related:
            firsts.append(item)
    pairs: list[Refined] = []
    for first in firsts[:FIRST]:
        rest = replace(observation, g=first.fit.difference)
        seconds = alike(rest, catalogue, SECOND, {first.structure_type})
        for second in seconds:
            pair = fit(observation, (first.candidates[0], second), solutions, full=False)
            if pair is not None and min(pair.fit.fractions) >= LEAST:
                pairs.append(pair)
    best = min(pairs, key=lambda pair: pair.rw, default=None)
    if best is None or best.rw > (1 - GAIN) * firsts[0].rw:
        return []
    near = [
        _simplest_pair(observation, pair, catalogue, solutions)
        for pair in pairs
        if fits_alike(pair, best, ALIKE)
    ]
    of_groups: dict[tuple[str, ...], Refined] = {}
    for pair in sorted(near, key=lambda pair: (pair.freedom, pair.rw)):
        groups = sorted(catalogue.parent_type(c.structure_type) for c in pair.candidates)
        of_groups.setdefault(tuple(groups), pair)
    return list(of_groups.values())


def _simplest_pair(
    observation: Observation, pair: Refined, catalogue: Catalogue, solutions: Solutions
) -> Refined:
    """The pair with a parent type in a child's place, where that fits alike."""
    for place in (0, 1):
        while parent := catalogue.parents.get(pair.candidates[place].structure_type):
            simpler = _with_type(observation, pair, place, parent, catalogue, solutions)
            if simpler is None or not fits_alike(simpler, pair):
                break
            pair = simpler
    return pair


def _with_type(
    observation: Observation,
    pair: Refined,
    place: int,
    structure_type: str,
    catalogue: Catalogue,
    solutions: Solutions,
) -> Refined | None:
    """The pair with another type in one place: the structure that looks most like that phase."""
    others = pair.fit.calculated - pair.fit.partials[place]
    phase_curve = replace(observation, g=observation.g - others)
    found = alike(phase_curve, catalogue, 1, only={structure_type})
    other = pair.candidates[1 - place]
    if not found or other.structure_type == structure_type:
        return None
    members = [other, other]
    members[place] = found[0]
    return fit(observation, tuple(members), solutions, full=False)
