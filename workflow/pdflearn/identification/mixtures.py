"""Mixtures of up to four phases: as many as the independent points of the curve support.

Phases are looked for together. What the refined phases of a mixture span is projected out of the
measured curve and of every pattern of the library, so that the gain of one more phase is known for
all structures at once, with the scales of the other phases free
(`pdflearn.identification.search.similarities`). The best of these are refined together with the
phases before them. Then each phase is taken out in turn: it must be worth its parameters, and other
types may take its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pdflearn.identification import evidence
from pdflearn.identification.candidates import (
    Candidate,
    RefinedCandidate,
    most_similar,
    refine_candidates,
)
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.particles import explains_alone
from pdflearn.identification.ranking import ALIKE_FLOOR, PARSIMONY
from pdflearn.identification.request import NOTHING_KNOWN, Request
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.structures.modes import symmetric_modes

MAX_PHASES = 4
# So many mixtures of k phases are extended by one more, and so many of these are refined.
N_KEPT = {1: 4, 2: 2, 3: 1}
N_REFINED = {2: 6, 3: 4, 4: 2}
N_FULL = 2  # of these are refined in full
N_FIRST_LOOK = 3  # none of the others is refined where so many bring little
N_PROPOSED = 4  # next phases that are looked at for each of them
# A pattern is placed by its stretch: so many independent places, for peaks 0.1 angstrom wide.
N_PLACES = 60
# A pattern of the library has its own U, q_max and axis ratios. After refinement the gain of a
# phase is up to so many times what its pattern promises.
REFINED_GAIN = 1.5
# Types whose patterns promise a residual that is higher by no more than this share are refined in
# the place of a phase.
AS_PROMISING = 0.08
N_OTHERS = 3
N_ALIKE = 8  # so many types are looked at for a simpler one
# Of so many structures of a type with the most similar patterns, so many of the first and so many
# of those with the least stretch are tried for each phase.
N_SIMILAR_MEMBERS, N_MEMBERS, N_NEAR = 12, 1, 2
# What the residuals of structures of one type say of their elements counts by this share: it is not
# noise that they differ by, but the thermal motion that each of them allows.
TRUST = 0.25
# Relative change of lattice constants by temperature and by solid solution: one in a hundred.
USUAL_STRAIN = 0.01
# A gain of so many times the cost needs no second look.
CLEARLY = 3.0
# A phase below this share of the squares of the calculated curve is none.
LEAST_SIGNAL = 0.002
# Two phases whose curves have a cosine above this are one: where the peaks of both coincide, the
# second changes nothing but intensities, as a sublattice, an ordering or a polytype of the first.
SAME = 0.75
# A fit is given up that is not on its way to so many times the lowest Rw of those before it.
USEFUL = 1.1
# A type with so many times the known structures of its parent is no special case of it.
COMMONER = 3
# Each phase whose elements are not the sample's counts as if Rw were so many times as high: the
# elements of a type change the residual of a right phase by less.
FOREIGN = 1.5
MAX_MODES = 6  # displacements of atoms that a phase of a mixture may be refined with
MIN_PARAMETERS = 5  # of one phase: one lattice constant, U, delta2, size and scale


def find_mixtures(
    observation: Observation,
    refined: list[RefinedCandidate],
    catalogue: Catalogue,
    solutions: Solutions,
    request: Request = NOTHING_KNOWN,
) -> list[RefinedCandidate]:
    """Find mixtures that the curve supports against one phase.

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
        The best mixture first, its phases from the strongest signal to the weakest; then others
        with as many phases at most that fit alike, of other parent types. Empty where no mixture
        is supported.

    See Also
    --------
    pdflearn.identification.evidence : What is supported.
    """
    if explains_alone(refined):
        return []
    search = _Search(observation, catalogue, solutions, request)
    singles = search.best_of_parents(refined)
    best, kept = singles[0], singles[: N_KEPT[1]]
    while len(best.candidates) < MAX_PHASES:
        richer = search.extended(kept, best)
        if not richer:
            break
        richer[0] = search.exchanged(richer[0])
        richer = search.best_of_parents(map(search.in_full, richer[:N_FULL]))
        if not search.supported(best, richer[0]):
            richer[0] = search.with_modes(richer[0])
        if not search.supported(best, richer[0]):
            break
        if best.is_mixture and not search.supported(best, richer[0], CLEARLY):
            best = search.bettered(best)
            if not search.supported(best, richer[0]):
                break
        best, kept = richer[0], richer[: N_KEPT.get(len(richer[0].candidates), 1)]
    if best.is_mixture:
        best = search.settled(search.reduced(search.bettered(best)))
    if not best.is_mixture:
        return []
    return [search.in_full(search.strongest_first(best)), *search.others_alike(best)]


@dataclass
class _Search:
    """The search of one curve's phases; `tried` holds every mixture that was refined."""

    observation: Observation
    catalogue: Catalogue
    solutions: Solutions
    request: Request
    tried: list[RefinedCandidate] = field(default_factory=list)
    quick_observation: Observation = field(init=False)

    def __post_init__(self) -> None:
        n_types = self.catalogue.of_references["structure_type"].nunique()
        self.n_tried = float(n_types * N_PLACES)  # alternatives for one phase
        self.quick_observation = self.observation

    def parents(self, item: RefinedCandidate) -> tuple[str, ...]:
        """The types that the phases go back to."""
        return tuple(sorted(self.catalogue.parent_type(c.structure_type) for c in item.candidates))

    def best_of_parents(self, items: Iterable[RefinedCandidate]) -> list[RefinedCandidate]:
        """The best fit of each set of parent types, the lowest Rw first."""
        best: dict[tuple[str, ...], RefinedCandidate] = {}
        for item in sorted(items, key=_misfit):
            best.setdefault(self.parents(item), item)
        return list(best.values())

    def cost(self, simple: Sequence[Candidate], rich: Sequence[Candidate]) -> float:
        """What the gain of more phases must exceed."""
        n_more = len(rich) - len(simple)
        n_parameters = _n_parameters(rich) - _n_parameters(simple)
        return evidence.cost(
            max(n_parameters, MIN_PARAMETERS * n_more),
            self.n_tried**n_more,
            self.observation.independent,
        )

    def gain(self, simple: float, rich: float) -> float:
        """The gain of a lower Rw, see `evidence.gain`."""
        return evidence.gain(simple, rich, self.observation.independent)

    def supported(
        self, simple: RefinedCandidate, rich: RefinedCandidate, times: float = 1.0
    ) -> bool:
        """Whether the gain is so many times what the phases that the richer one has more cost."""
        if min(_signals(rich)) < rich.fit.rw**2:  # weaker than what is left: not told from misfit
            return False
        needed = times * self.cost(simple.candidates, rich.candidates)
        return self.gain(simple.fit.rw, rich.fit.rw) > needed

    def bettered(self, item: RefinedCandidate) -> RefinedCandidate:
        """The same types as well as they can fit."""
        return self.with_modes(self.with_best_members(item))

    def refine(
        self, candidates: Sequence[Candidate], *, full: bool = False, useful: float = np.inf
    ) -> RefinedCandidate | None:
        """Refine phases together; remember the mixture. A quick fit takes q_damp as it is known."""
        observation = self.observation if full else self.quick_observation
        item = refine_candidates(
            observation, tuple(candidates), self.solutions, full=full, useful=useful
        )
        if item is None or min(_signals(item)) < LEAST_SIGNAL or _largest_overlap(item) > SAME:
            return None
        self.tried.append(item)
        return item

    def in_full(self, item: RefinedCandidate) -> RefinedCandidate:
        """The same with all parameters refined."""
        return self.refine(item.candidates, full=True) or item

    def with_best_members(self, item: RefinedCandidate) -> RefinedCandidate:
        """The same types with those of their structures that fit best for the least strain.

        A type says nothing of the contrast of its elements: a wrong one leaves a residual that
        another phase could seem to explain, and makes wrong fractions.
        """
        for index, phase in enumerate(item.candidates):
            others = [c for k, c in enumerate(item.fit.partials) if k != index]
            members = self.similar(others, 1, set(), {phase.structure_type}, N_SIMILAR_MEMBERS)
            near = sorted(members, key=lambda new: abs(np.log(new.phase.stretch)))
            chosen = [*members[:N_MEMBERS], *near[:N_NEAR]]
            for new in {new.id: new for new in chosen}.values():
                if new.id == phase.id:
                    continue
                other = self.replaced(item, index, new, full=True)
                if other is not None and self.merit(other, index) > self.merit(item, index):
                    item = other
        return item

    def merit(self, item: RefinedCandidate, index: int) -> float:
        """Logarithm of how likely one of a type's structures is, by its fit and its strain."""
        strain = _strain(item, index) / USUAL_STRAIN
        return TRUST / 2 * self.gain(1.0, item.fit.rw) - 0.5 * strain**2

    def with_modes(self, item: RefinedCandidate) -> RefinedCandidate:
        """The same with atoms that move as symmetry allows, where that is better."""
        moving = [_with_modes(candidate) for candidate in item.candidates]
        if item.fit.rw < evidence.SMALLEST_RW or moving == list(item.candidates):
            return item
        other = self.refine(moving, full=True)
        return other if other is not None and other.adjusted_rw < item.adjusted_rw else item

    def learn_q_damp(self, item: RefinedCandidate) -> None:
        """Let quick fits keep the damping that a full one ended with."""
        if self.observation.q_damp is None:
            q_damp = item.fit.parameters["q_damp"].value
            self.quick_observation = replace(self.observation, q_damp=q_damp)

    def extended(
        self, kept: Sequence[RefinedCandidate], best: RefinedCandidate
    ) -> list[RefinedCandidate]:
        """Refine mixtures of one phase more that promise enough, the lowest Rw first.

        Parameters
        ----------
        kept : sequence of RefinedCandidate
            Those that are extended.
        best : RefinedCandidate
            What the richer mixtures must be better than.
        """
        self.learn_q_damp(best)
        promised: dict[tuple[str, ...], tuple[float, list[Candidate]]] = {}
        for item in kept:
            types = {candidate.structure_type for candidate in item.candidates}
            for new in self.similar(item.fit.partials, N_PROPOSED, without=types):
                rw = item.fit.rw * _rest(new)
                rich = [*item.candidates, new]
                if REFINED_GAIN * self.gain(best.fit.rw, rw) < self.cost(best.candidates, rich):
                    continue
                key = tuple(sorted(types | {new.structure_type}))
                if key not in promised or promised[key][0] > rw:
                    promised[key] = rw, rich
        order = sorted(promised.values(), key=lambda pair: pair[0])
        richer: list[RefinedCandidate] = []
        useful = np.inf
        for tried, (_, rich) in enumerate(order[: N_REFINED[len(best.candidates) + 1]], start=1):
            item = self.refine(rich, useful=useful)
            if item is not None:
                richer.append(item)
                useful = min(useful, USEFUL * item.adjusted_rw)
            if tried == N_FIRST_LOOK and not self.near(best, richer):
                break
        return sorted(richer, key=_misfit)

    def near(self, best: RefinedCandidate, richer: Sequence[RefinedCandidate]) -> bool:
        """Whether quick fits bring half of what more phases must gain, so that full ones may."""
        return any(
            2 * self.gain(best.fit.rw, item.fit.rw) > self.cost(best.candidates, item.candidates)
            for item in richer
        )

    def similar(
        self,
        explained: Sequence[np.ndarray],
        n_types: int,
        without: set[str],
        only: set[str] | None = None,
        n_members: int = 1,
    ) -> list[Candidate]:
        """Structures that explain most of what these curves leave."""
        return most_similar(
            self.observation,
            self.catalogue,
            n_types,
            without,
            only,
            self.request,
            explained,
            n_members,
        )

    def replaced(
        self, item: RefinedCandidate, index: int, new: Candidate, **options: float | bool
    ) -> RefinedCandidate | None:
        """The mixture with another structure for one phase."""
        candidates = list(item.candidates)
        candidates[index] = new
        return self.refine(candidates, **options)

    def exchanged(self, item: RefinedCandidate) -> RefinedCandidate:
        """Let other types take the place of each phase where they promise as much and fit better.

        The curve of a wrong phase misleads the search for the next one; so each is looked for
        again beside the others.
        """
        for index in range(len(item.candidates)):
            phase = item.candidates[index]
            others = [c for k, c in enumerate(item.fit.partials) if k != index]
            types = {c.structure_type for k, c in enumerate(item.candidates) if k != index}
            choice = self.similar(others, N_OTHERS + 1, types)
            (same,) = self.similar(others, 1, types, {phase.structure_type}) or (phase,)
            limit = (1 + AS_PROMISING) * _rest(same)
            for new in choice:
                if new.structure_type == phase.structure_type or _rest(new) > limit:
                    continue
                other = self.replaced(item, index, new, useful=item.adjusted_rw)
                if other is not None and _misfit(other) < _misfit(item):
                    item = other
        return item

    def reduced(self, item: RefinedCandidate) -> RefinedCandidate:
        """Leave out phases whose absence costs no more than the curve supports."""
        while len(item.candidates) > 2:  # of two, each was compared with the best single phase
            fewer = [
                self.refine([c for k, c in enumerate(item.candidates) if k != index], full=True)
                for index in range(len(item.candidates))
            ]
            fewer = [
                other if self.supported(other, item, CLEARLY) else self.bettered(other)
                for other in fewer
                if other is not None
            ]
            worthless = [other for other in fewer if not self.supported(other, item)]
            if not worthless:
                break
            item = min(worthless, key=lambda other: other.adjusted_rw)
        return item

    def settled(self, item: RefinedCandidate) -> RefinedCandidate:
        """Replace each type by its parent as long as that explains the phase's own part alike."""
        for index in range(len(item.candidates)):
            while parent := self.catalogue.parents.get(item.candidates[index].structure_type):
                others = [c for k, c in enumerate(item.fit.partials) if k != index]
                types = {c.structure_type for k, c in enumerate(item.candidates) if k != index}
                new = None if parent in types else self.similar(others, 1, types, {parent})
                simpler = self.replaced(item, index, new[0], full=True) if new else None
                if simpler is None or not self.is_simpler(simpler, item, index):
                    break
                item = simpler
            item = self.with_simpler_type(item, index)
        return item

    def with_simpler_type(self, item: RefinedCandidate, index: int) -> RefinedCandidate:
        """Let a simpler type that is no parent take a phase's place where it fits alike.

        X-rays see little of a light sublattice, so that a phase of one element may pass for a
        compound.
        """
        phase = item.candidates[index]
        others = [c for k, c in enumerate(item.fit.partials) if k != index]
        types = {candidate.structure_type for candidate in item.candidates}
        (same,) = self.similar(others, 1, set(), {phase.structure_type}) or (phase,)
        limit = (1 + AS_PROMISING) * _rest(same)
        freedom = phase.phase.degrees_of_freedom
        root = self.catalogue.parent_type(phase.structure_type)
        choice = [
            new
            for new in self.similar(others, N_ALIKE, types)
            if _rest(new) <= limit
            and self.catalogue.parent_type(new.structure_type) != root
            and new.phase.degrees_of_freedom < freedom
            and new.phase.n_lattice <= phase.phase.n_lattice
        ]
        choice.sort(key=lambda new: new.phase.degrees_of_freedom)
        for new in choice[:1]:
            other = self.replaced(item, index, new, full=True)
            if other is None or not fits_part_alike(other, item, index):
                continue
            n_more = freedom - new.phase.degrees_of_freedom
            needed = evidence.cost(n_more, N_ALIKE, self.observation.independent)
            if self.gain(other.fit.rw, item.fit.rw) < needed:
                return other
        return item

    def is_simpler(self, parent: RefinedCandidate, child: RefinedCandidate, index: int) -> bool:
        """Whether a phase's parent type explains its part alike, and is no rare thing itself.

        A child with more lattice constants must explain its part clearly better. One with the same
        lattice differs by the order of its elements alone, which has no other freedom than U: it
        stays where the independent points support it, or where the parent is the rare one (of the
        type sc is polonium alone, of its child rocksalt are hundreds) and fits no better.
        """
        if not fits_part_alike(parent, child, index):
            return False
        if _n_foreign(parent) != _n_foreign(child):
            return _n_foreign(parent) < _n_foreign(child)
        one, two = (item.candidates[index] for item in (parent, child))
        if two.phase.n_lattice > one.phase.n_lattice:
            return True
        counts = self.catalogue.of_references["structure_type"].value_counts()
        if counts[two.structure_type] >= COMMONER * counts[one.structure_type]:
            return parent.fit.rw < child.fit.rw
        n_free = max(1, len(two.phase.species) - len(one.phase.species))
        n_siblings = list(self.catalogue.parents.values()).count(one.structure_type)
        needed = evidence.cost(n_free, n_siblings, self.observation.independent)
        return self.gain(parent.fit.rw, child.fit.rw) < needed

    def strongest_first(self, item: RefinedCandidate) -> RefinedCandidate:
        """The phases in the order of their signals; the fit is left as it is."""
        order = np.argsort([-signal for signal in _signals(item)], kind="stable")
        return replace(item, candidates=tuple(item.candidates[k] for k in order))

    def others_alike(self, best: RefinedCandidate) -> list[RefinedCandidate]:
        """Mixtures of other parent types, with no more phases, that the curve does not exclude."""
        by_chance = 2 * np.log(self.n_tried)
        return [
            item
            for item in self.best_of_parents(self.tried)
            if item.is_mixture
            and len(item.candidates) <= len(best.candidates)
            and self.parents(item) != self.parents(best)
            and self.gain(item.fit.rw, best.fit.rw) < by_chance
        ]


def fits_part_alike(simpler: RefinedCandidate, other: RefinedCandidate, index: int) -> bool:
    """Tell whether two mixtures that differ in one phase explain this phase's part alike.

    The residuals are compared with the other's curve of the phase, not with the whole curve: in a
    mixture the residual of the whole changes little by what a weak phase is.

    Parameters
    ----------
    simpler, other : RefinedCandidate
    index : int
        Of the phase.
    """
    part = np.linalg.norm(other.fit.partials[index]) / np.linalg.norm(other.fit.g)
    one, two = (item.adjusted_rw / max(part, 1e-9) for item in (simpler, other))
    return one - two <= PARSIMONY * max(one, ALIKE_FLOOR)


def _with_modes(candidate: Candidate) -> Candidate:
    """The same with the displacements that symmetry allows, where these are few."""
    phase = candidate.phase
    if phase.n_modes or not phase.periodic:
        return candidate
    modes = symmetric_modes(phase.structure)
    if not 0 < len(modes) <= MAX_MODES:
        return candidate
    return replace(candidate, phase=phase.with_modes(modes))


def _strain(item: RefinedCandidate, index: int) -> float:
    """The root of the summed squares of a phase's strains against its known structure."""
    known = np.array(item.candidates[index].phase.structure.lattice.abcABG()[:3])
    refined = np.array(item.fit.structures[index].lattice.abcABG()[:3])
    return float(np.linalg.norm(refined / known - 1) / np.sqrt(3))


def _n_foreign(item: RefinedCandidate) -> int:
    """How many phases have elements that the sample does not have, where these are known."""
    return sum(candidate.fits_composition is False for candidate in item.candidates)


def _misfit(item: RefinedCandidate) -> float:
    """What mixtures are ordered by: the adjusted Rw, more with each phase of foreign elements."""
    return item.adjusted_rw * FOREIGN ** _n_foreign(item)


def _signals(item: RefinedCandidate) -> list[float]:
    """The sum of squares of each phase's curve over that of the measured curve."""
    total = float(item.fit.g @ item.fit.g)
    return [float(part @ part) / total for part in item.fit.partials]


def _largest_overlap(item: RefinedCandidate) -> float:
    """The largest cosine of two phases' curves."""
    curves = np.array([part / max(np.linalg.norm(part), 1e-300) for part in item.fit.partials])
    overlaps = curves @ curves.T
    return float(np.max(overlaps - np.eye(len(curves)), initial=0.0))


def _rest(candidate: Candidate) -> float:
    """The share of the residual's norm that a pattern leaves."""
    return float(np.sqrt(1 - np.clip(candidate.similarity, 0.0, 1.0) ** 2))


def _n_parameters(candidates: Sequence[Candidate]) -> int:
    """Lattice constants, U, delta2, size and scale of each phase."""
    return sum(candidate.phase.n_lattice + 4 for candidate in candidates)
