"""Mixtures of up to four phases: as many as the independent points of the curve support.

`pdflearn.identification.phase_search` says how phases are looked for. Where the curve supports no
further one, the structures of each type are compared, each phase is left out in turn, which it must
be worth, and parents or simpler types take the place of those that explain their part no better.
"""

from dataclasses import replace

import numpy as np

from pdflearn.identification import evidence, mixture_messages
from pdflearn.identification.answer_rows import MAX_PHASES
from pdflearn.identification.candidates import RefinedCandidate
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.particles import explains_alone
from pdflearn.identification.phase_members import TRUST, WORTH_KIN, PhaseMembers
from pdflearn.identification.phase_search import (
    AS_PROMISING,
    CLEARLY,
    allow_displacements,
    ends,
    holds_too_little,
    n_foreign,
    rest,
    signals,
)
from pdflearn.identification.ranking import ALIKE_FLOOR, PARSIMONY
from pdflearn.identification.request import NOTHING_KNOWN, Request
from pdflearn.identification.strains import log_given
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions

# So many mixtures of k phases are extended by one more, and so many of these are refined.
N_KEPT = {1: 4, 2: 2, 3: 1}
N_FULL = 2  # of these are refined in full
N_ALIKE = 8  # so many types are looked at for a simpler one
# Up to this diameter (angstrom) the shape of particles shows in a curve to 20 angstrom.
SHAPE_SHOWS = 60.0
# No fit is made without a phase whose absence costs so many times what is clearly enough.
PLAIN = 2.0
# Where more than this Rw is left, two phases are looked for at once: half of the right structures
# of bulk leave more (`expected_rw`).
FAR = 0.15


def find_mixtures(
    observation: Observation,
    refined: list[RefinedCandidate],
    catalogue: Catalogue,
    solutions: Solutions,
    request: Request = NOTHING_KNOWN,
    share: float = 1.0,
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
    share : float, default 1.0
        Below 1, where one phase fits: mixtures are of use only if they leave this share of its Rw,
        and the search ends where none is on its way there. One with a second phase that is too weak
        to be claimed is returned as it is.

    Returns
    -------
    list of RefinedCandidate
        The best mixture first, its phases from the strongest signal to the weakest; then others
        with as many phases at most that fit alike, of other parent types; then one with a phase
        more that gains more than chance, although it is not supported. Empty where no mixture is
        supported.

    See Also
    --------
    pdflearn.identification.evidence : What is supported.
    """
    if explains_alone(refined):
        return []
    search = _Mixtures(observation, catalogue, solutions, request, share)
    singles = search.best_of_parents(refined)
    best, kept = singles[0], singles[: N_KEPT[1]]
    if share < 1.0:  # a second phase would have to make up for what a worse first one leaves
        kept = [item for item in kept if share * item.adjusted_rw <= best.adjusted_rw]
    while len(best.candidates) < MAX_PHASES:
        richer = search.extended(kept, best)
        if not best.is_mixture:
            richer = search.promising(best, richer)
        if not richer:
            break
        richer[0] = search.exchanged(richer[0])
        richer = search.best_of_parents(map(search.in_full, richer[:N_FULL]))
        richer[0] = search.with_known_compounds(richer[0])
        if not (best.is_mixture or search.promising(best, richer[:1])):
            break
        if share < 1.0 and holds_too_little(richer[0]):
            weak = search.with_one_more(richer[0], best)
            return [] if search.is_one_of_many(weak, best) else [weak]
        search.richest = richer[0]
        if not search.supported(best, richer[0]):
            richer = search.two_more(best, richer[0])
        if not richer:
            break
        if best.is_mixture and not search.supported(best, richer[0], CLEARLY):
            best = search.bettered(best)
            if not search.supported(best, richer[0]):
                break
        if richer[0].fit.rw > WORTH_KIN:
            richer[0] = search.bettered(richer[0])
        best, kept = richer[0], richer[: N_KEPT.get(len(richer[0].candidates), 1)]
    return search.completed(best) if best.is_mixture else []


def complete_mixture(
    observation: Observation,
    item: RefinedCandidate,
    catalogue: Catalogue,
    solutions: Solutions,
    request: Request = NOTHING_KNOWN,
) -> list[RefinedCandidate]:
    """Settle the structures and types of a mixture that `find_mixtures` returned as it was.

    The other parameters and what is returned are those of `find_mixtures`.
    """
    return _Mixtures(observation, catalogue, solutions, request).completed(item)


class _Mixtures(PhaseMembers):
    """What becomes of mixtures that were found: their types and their number.

    `richest` is the last one that was looked at, supported or not.
    """

    richest: RefinedCandidate | None = None

    def completed(self, item: RefinedCandidate) -> list[RefinedCandidate]:
        """The mixture with its structures and types settled, and others that fit alike."""
        best = self.settled(self.reduced(self.bettered(item)))
        if not best.is_mixture:
            return []
        first = replace(self.strongest_first(best), note=self.alike_note(best))
        return [first, *self.others_alike(best), *self.one_more_than(first)]

    def one_more_than(self, item: RefinedCandidate) -> list[RefinedCandidate]:
        """The mixture with one phase more that gains more than chance, if there is one."""
        richest = self.richest
        if richest is None or len(richest.candidates) != len(item.candidates) + 1:
            return []
        if not set(self.parents(item)) < set(self.parents(richest)):
            return []
        return [richest] if self.more_than_chance(richest, item) else []

    def two_more(self, best: RefinedCandidate, item: RefinedCandidate) -> list[RefinedCandidate]:
        """One phase more than a mixture that is not supported, where both together are.

        Where three phases show alike, each of them explains little of what one leaves.
        """
        if best.fit.rw < FAR or len(item.candidates) == MAX_PHASES:
            return []
        richer = [self.bettered(self.in_full(other)) for other in self.extended([item], item)[:1]]
        return [other for other in richer if self.supported(best, other)]

    def with_one_more(self, item: RefinedCandidate, single: RefinedCandidate) -> RefinedCandidate:
        """A mixture with another weak phase where that gains more than chance; else as it is.

        Weak phases hide each other: what one explains is little of what the others leave.
        """
        richer = self.extended([item], item)
        if not richer:
            return item
        other = self.in_full(richer[0])
        simple = item if self.more_than_chance(item, single) else single
        return other if self.more_than_chance(other, simple) else item

    def reduced(self, item: RefinedCandidate) -> RefinedCandidate:
        """Leave out phases whose absence costs no more than the curve supports."""
        while len(item.candidates) > 2:  # of two, each was compared with the best single phase
            doubtful = [k for k in range(len(item.candidates)) if not self.is_plain(item, k)]
            fewer = [self.without(item, index) for index in doubtful]
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

    def is_plain(self, item: RefinedCandidate, index: int) -> bool:
        """Whether a phase is worth its cost so plainly that no fit without it is needed.

        What the others could take up of its curve is, to first order, what changes of their scales,
        cells, U, sizes and damping give: curves, r times slopes, curvatures, and r and r^2 times
        curves.
        """
        r = item.fit.r
        freedom = []
        for curve in (c for k, c in enumerate(item.fit.partials) if k != index):
            slope = np.gradient(curve, r)
            freedom += [curve, r * slope, np.gradient(slope, r), r * curve, r**2 * curve]
        columns = np.array(freedom).T
        columns = columns / np.maximum(np.linalg.norm(columns, axis=0), 1e-300)
        curve = item.fit.partials[index]
        new = curve - columns @ np.linalg.lstsq(columns, curve, rcond=1e-6)[0]
        left = np.hypot(item.fit.rw, np.linalg.norm(new) / np.linalg.norm(item.fit.g))
        fewer = [one for k, one in enumerate(item.candidates) if k != index]
        needed = PLAIN * CLEARLY * self.cost(fewer, item.candidates)
        return self.gain(float(left), item.fit.rw) > needed

    def is_one_of_many(self, item: RefinedCandidate, single: RefinedCandidate) -> bool:
        """Whether mixtures of other types explain as much of what a single phase leaves.

        What several phases explain alike is misfit of the one where its particles are small: their
        shape, and the spread of their sizes, which a sphere does not have. Of the public measured
        files, the platinum particles leave what Mn5Si3, CaCu5 and Laves phases explain alike.
        """
        diameter = single.fit.parameters.get("diameter")
        if diameter is None or not diameter.value < SHAPE_SHOWS:
            return False
        chance = evidence.by_chance(self.n_tried)
        return any(
            self.more_than_chance(other, single)
            and evidence.gain_of(self.observation, other.fit.rw, item.fit.rw) < chance
            for other in self.tried
            if len(other.candidates) == len(item.candidates)
            and self.parents(other) != self.parents(item)
        )

    def settled(self, item: RefinedCandidate) -> RefinedCandidate:
        """Replace each type by its parent as long as that explains the phase's own part alike."""
        before = item.candidates
        for index in range(len(item.candidates)):
            while parent := self.catalogue.parents.get(item.candidates[index].structure_type):
                others = [c for k, c in enumerate(item.fit.partials) if k != index]
                types = {c.structure_type for k, c in enumerate(item.candidates) if k != index}
                new = None if parent in types else self.similar(others, 1, types, {parent})
                simpler = (
                    self.replaced(item, index, allow_displacements(new[0]), full=True)
                    if new
                    else None
                )
                if simpler is None or not self.is_simpler(simpler, item, index):
                    break
                item = simpler
            item = self.with_simpler_type(item, index)
        changed = []
        for index, (old, new) in enumerate(zip(before, item.candidates, strict=True)):
            if old.structure_type != new.structure_type:
                self.replaced_types[new.structure_type] = old.structure_type
                changed.append(index)
        return self.with_best_members(item, changed)

    def alike_note(self, item: RefinedCandidate) -> str:
        """Which types explain a phase's part as well as the simpler one that stands for it."""
        types = {candidate.structure_type for candidate in item.candidates}
        return mixture_messages.phases_alike(
            {new: old for new, old in self.replaced_types.items() if new in types}
        )

    def with_simpler_type(self, item: RefinedCandidate, index: int) -> RefinedCandidate:
        """Let a simpler type that is no parent take a phase's place where it fits alike.

        X-rays see little of a light sublattice, so that a phase of one element may pass for a
        compound.
        """
        phase = item.candidates[index]
        others = [c for k, c in enumerate(item.fit.partials) if k != index]
        types = {candidate.structure_type for candidate in item.candidates}
        (same,) = self.similar(others, 1, set(), {phase.structure_type}) or (phase,)
        limit = (1 + AS_PROMISING) * rest(same)
        freedom = phase.phase.degrees_of_freedom
        root = self.catalogue.parent_type(phase.structure_type)
        choice = [
            new
            for new in self.similar(others, N_ALIKE, types)
            if rest(new) <= limit
            and self.catalogue.parent_type(new.structure_type) != root
            and new.phase.degrees_of_freedom < freedom
            and new.phase.n_lattice <= phase.phase.n_lattice
        ]
        choice.sort(key=lambda new: new.phase.degrees_of_freedom)
        for new in choice[:1]:
            other = self.replaced(item, index, allow_displacements(new), full=True)
            if other is None or not fits_part_alike(other, item, index):
                continue
            n_more = freedom - new.phase.degrees_of_freedom
            needed = evidence.cost(n_more, N_ALIKE, self.observation.independent)
            needed += 2 * (log_given(other, index) - log_given(item, index))
            if self.gain(other.fit.rw, item.fit.rw) < needed:
                return other
        return item

    def is_simpler(self, parent: RefinedCandidate, child: RefinedCandidate, index: int) -> bool:
        """Whether a phase's parent type explains its part alike, and is no rare thing itself.

        A child with more lattice constants must explain its part clearly better. One with the same
        lattice differs by the order of its elements alone, which has no other freedom than U: it
        stays where the independent points support it, with the odds of either type before the curve
        is known. These are taken as the numbers of known structures (of the type sc is polonium
        alone, of its child rocksalt are hundreds). As between structures of one type, the residuals
        count by `TRUST`.
        """
        if not fits_part_alike(parent, child, index):
            return False
        if n_foreign(parent) != n_foreign(child):
            return n_foreign(parent) < n_foreign(child)
        one, two = (item.candidates[index] for item in (parent, child))
        if two.phase.n_lattice > one.phase.n_lattice:
            return True
        n_free = max(1, len(two.phase.species) - len(one.phase.species))
        n_siblings = list(self.catalogue.parents.values()).count(one.structure_type)
        needed = evidence.cost(n_free, n_siblings, self.observation.independent)
        counts = self.catalogue.of_references["structure_type"].value_counts()
        needed -= 2 * np.log(counts[two.structure_type] / counts[one.structure_type])
        needed += 2 * (log_given(parent, index) - log_given(child, index))
        return TRUST * self.gain(parent.fit.rw, child.fit.rw) < needed

    def strongest_first(self, item: RefinedCandidate) -> RefinedCandidate:
        """The phases in the order of their signals, refined in this order."""
        order = np.argsort([-signal for signal in signals(item)], kind="stable").tolist()
        places = [order.index(k) for k in range(len(order))]
        candidates = [item.candidates[k] for k in order]
        return self.refine(candidates, full=True, start=ends(item, places)) or item

    def others_alike(self, best: RefinedCandidate) -> list[RefinedCandidate]:
        """Mixtures of other parent types, with no more phases, that the curve does not exclude."""
        by_chance = evidence.by_chance(self.n_tried)
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
