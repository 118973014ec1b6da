"""The search for the phases of a mixture: all structures at once, then the best of them refined.

What the refined phases of a mixture span is projected out of the measured curve and of every
pattern of the library, so that the gain of one more phase is known for all structures at once, with
the scales of the other phases free (`pdflearn.identification.search.similarities`).

The numbers here and in `pdflearn.identification.mixtures` were set on variant 100 of the files that
tests/benchmarks/mixture_files.py makes with PDFfit2, six of one phase, ten of two and six of three,
where nothing else is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from pdflearn.identification import evidence
from pdflearn.identification.candidates import (
    Candidate,
    RefinedCandidate,
    compare,
    most_similar,
    refine_candidates,
)
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.request import Request
from pdflearn.identification.strains import MOST_STRAIN, implausible, nearest_first, strain_factor
from pdflearn.identification.unexplained import MIN_SHARE
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.structures.modes import symmetric_modes

N_REFINED = {2: 6, 3: 4, 4: 2}
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
N_COMPARED = 6  # structures of a type, of which one is refined
# A phase below this share of the squares of the calculated curve is none.
LEAST_SIGNAL = 0.002
# Two phases whose curves have a cosine above this are one: where the peaks of both coincide, the
# second changes nothing but intensities, as a sublattice, an ordering or a polytype of the first.
SAME = 0.75
# With other structures of its type, a second phase's share of the curve's squares grows by less
# than this (the public measured files).
NEARLY = 0.8
# A fit is given up that is not on its way to so many times the lowest Rw of those before it.
USEFUL = 1.1
# Each phase whose elements are not the sample's counts as if Rw were so many times as high: the
# elements of a type change the residual of a right phase by less.
FOREIGN = 1.5
# A gain of so many times the cost needs no second look.
CLEARLY = 3.0
MAX_MODES = 6  # displacements of atoms that a phase of a mixture may be refined with
MIN_PARAMETERS = 5  # of one phase: one lattice constant, U, delta2, size and scale


@dataclass
class PhaseSearch:
    """The search of one curve's phases; `tried` holds every mixture that was refined.

    `replaced_types` holds which type a simpler one took the place of, as it fits alike; `as_good`
    the mixtures whose structures were compared with others of their types.

    Parameters
    ----------
    observation, catalogue, solutions, request
        See `pdflearn.identification.mixtures.find_mixtures`.
    share : float, default 1.0
        Only mixtures that leave this share of the best single phase's Rw are looked for.
    """

    observation: Observation
    catalogue: Catalogue
    solutions: Solutions
    request: Request
    share: float = 1.0
    tried: list[RefinedCandidate] = field(default_factory=list)
    replaced_types: dict[str, str] = field(default_factory=dict)
    as_good: list[RefinedCandidate] = field(default_factory=list)
    quick_observation: Observation = field(init=False)
    compared: dict[tuple[bytes, ...], pd.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.n_tried = n_alternatives(self.catalogue)
        self.quick_observation = self.observation

    def parents(self, item: RefinedCandidate) -> tuple[str, ...]:
        """The types that the phases go back to."""
        return tuple(sorted(self.catalogue.parent_type(c.structure_type) for c in item.candidates))

    def best_of_parents(self, items: Iterable[RefinedCandidate]) -> list[RefinedCandidate]:
        """The best fit of each set of parent types, the lowest Rw first."""
        best: dict[tuple[str, ...], RefinedCandidate] = {}
        for item in sorted(items, key=misfit):
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
        if min(signals(rich)) < rich.fit.rw**2:  # weaker than what is left: not told from misfit
            return False
        if self.n_kin(rich) > self.n_kin(simple):  # one crystal whose model is wrong looks so
            times = max(times, CLEARLY)
        needed = times * self.cost(simple.candidates, rich.candidates)
        one, two = (item.fit.rw * strain_factor(item) for item in (simple, rich))
        return self.gain(one, two) > needed

    def seen(self, rich: RefinedCandidate, simple: RefinedCandidate, usual: float) -> bool:
        """Whether independent points support more phases although one fits.

        Measured curves leave more than noise: peaks of another shape, errors of their reduction.
        With a second phase these fit better as well, so that a better fit alone is no sign of one
        (`pdflearn.identification.evidence.gain_over_misfit`).

        Parameters
        ----------
        rich, simple : RefinedCandidate
            A mixture, and what fits with fewer phases.
        usual : float
            The Rw that counts as usual: what right structures usually leave.
        """
        gained = evidence.gain_of(self.observation, simple.fit.rw, rich.fit.rw, usual)
        return gained > self.cost(simple.candidates, rich.candidates)

    def more_than_chance(self, rich: RefinedCandidate, simple: RefinedCandidate) -> bool:
        """Whether more phases gain more than chance; if so, one is not accepted as the whole."""
        gained = evidence.gain_of(self.observation, simple.fit.rw, rich.fit.rw)
        n_more = len(rich.candidates) - len(simple.candidates)
        return gained > evidence.by_chance(self.n_tried**n_more)

    def n_kin(self, item: RefinedCandidate) -> int:
        """How many phases go back to the same type as another one."""
        parents = self.parents(item)
        return len(parents) - len(set(parents))

    def refine(
        self,
        candidates: Sequence[Candidate],
        *,
        full: bool = False,
        useful: float = np.inf,
        start: Mapping[str, float] | None = None,
    ) -> RefinedCandidate | None:
        """Refine phases together; remember the mixture. A quick fit takes q_damp as it is known."""
        observation = self.observation if full else self.quick_observation
        if start and observation.q_damp is not None:
            start = {name: value for name, value in start.items() if name != "q_damp"}
        item = refine_candidates(
            observation, tuple(candidates), self.solutions, full=full, useful=useful, start=start
        )
        if item is None or min(signals(item)) < LEAST_SIGNAL or _largest_overlap(item) > SAME:
            return None
        if implausible(item):
            return None
        self.tried.append(item)
        return item

    def in_full(self, item: RefinedCandidate) -> RefinedCandidate:
        """The same with all parameters refined, from where its fit ended."""
        moving = [allow_displacements(candidate) for candidate in item.candidates]
        return self.refine(moving, full=True, start=item.fit.start) or item

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
        promised: dict[tuple[str, ...], tuple[float, list[Candidate], RefinedCandidate]] = {}
        for item in kept:
            types = {candidate.structure_type for candidate in item.candidates}
            for new in self.similar(item.fit.partials, N_PROPOSED, without=types):
                if abs(np.log(new.phase.stretch)) > MOST_STRAIN:
                    continue
                rw = item.fit.rw * rest(new)
                rich = [*item.candidates, new]
                if REFINED_GAIN * self.gain(best.fit.rw, rw) < self.cost(best.candidates, rich):
                    continue
                if not (item.is_mixture or self.promises(item, new)):
                    continue
                key = tuple(sorted(types | {new.structure_type}))
                if key not in promised or promised[key][0] > rw:
                    promised[key] = rw, rich, item
        order = sorted(promised.values(), key=lambda pair: pair[0])
        richer: list[RefinedCandidate] = []
        useful = np.inf
        order = order[: N_REFINED[len(best.candidates) + 1]]
        for tried, (_, rich, simpler) in enumerate(order, start=1):
            places = range(len(simpler.candidates))
            item = self.refine(rich, useful=useful, start=ends(simpler, places))
            if item is not None:
                richer.append(item)
                useful = min(useful, USEFUL * item.adjusted_rw)
            if tried == N_FIRST_LOOK and not self.near(best, richer):
                break
        return sorted(richer, key=misfit)

    def promising(
        self, single: RefinedCandidate, richer: Sequence[RefinedCandidate]
    ) -> list[RefinedCandidate]:
        """Those of two phases, quickly refined, that may lead to the mixtures looked for.

        With `share` below 1, a second phase goes half of the way at least, as ratios of Rw go.
        """
        if self.share >= 1.0:
            return list(richer)
        limit = np.sqrt(self.share) * single.adjusted_rw
        return [item for item in richer if item.adjusted_rw <= limit]

    def promises(self, single: RefinedCandidate, new: Candidate) -> bool:
        """Whether a second phase may hold its share of the curve, and go half of the way."""
        if self.share >= 1.0:
            return True
        left = rest(new) ** REFINED_GAIN
        rw = single.fit.rw
        seen = evidence.may_be_seen(self.observation, rw, left * rw, self.n_tried)
        return left <= np.sqrt(self.share) and seen

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
        key = tuple(curve.tobytes() for curve in explained)
        if key not in self.compared:
            table = compare(self.observation, self.catalogue, explained)
            self.compared[key] = nearest_first(table, N_COMPARED)
        return most_similar(
            self.observation,
            self.catalogue,
            n_types,
            without,
            only,
            self.request,
            self.compared[key],
            n_members,
        )

    def replaced(
        self, item: RefinedCandidate, index: int, new: Candidate, **options: float | bool
    ) -> RefinedCandidate | None:
        """The mixture with another structure for one phase; the others start where they ended."""
        candidates = list(item.candidates)
        candidates[index] = new
        places = [k if k != index else None for k in range(len(candidates))]
        return self.refine(candidates, start=ends(item, places), **options)

    def without(self, item: RefinedCandidate, index: int) -> RefinedCandidate | None:
        """The mixture without one phase, in full; the others start where they ended."""
        candidates = [one for k, one in enumerate(item.candidates) if k != index]
        places = [None if k == index else k - (k > index) for k in range(len(item.candidates))]
        return self.refine(candidates, full=True, start=ends(item, places))

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
            limit = (1 + AS_PROMISING) * rest(same)
            for new in choice:
                if new.structure_type == phase.structure_type or rest(new) > limit:
                    continue
                other = self.replaced(item, index, new, useful=item.adjusted_rw)
                if other is not None and misfit(other) < misfit(item):
                    item = other
        return item


def n_alternatives(catalogue: Catalogue) -> float:
    """How many independent alternatives there are for one phase."""
    return float(catalogue.of_references["structure_type"].nunique() * N_PLACES)


def ends(item: RefinedCandidate, places: Sequence[int | None]) -> dict[str, float]:
    """Where the phases of a fit ended, by the names that they have in a mixture.

    Parameters
    ----------
    item : RefinedCandidate
        One phase, or a mixture.
    places : sequence of int or None
        The index of each phase in the new mixture; None for one that it does not have.
    """
    start = {}
    for name, value in item.fit.start.items():
        if name == "q_damp":
            start[name] = value
            continue
        number, _, own_name = name.partition("_") if item.is_mixture else ("1", "", name)
        place = places[int(number) - 1]
        if place is not None:
            start[f"{place + 1}_{own_name}"] = value
    return start


def n_foreign(item: RefinedCandidate) -> int:
    """How many phases have elements that the sample does not have, where these are known."""
    return sum(candidate.fits_composition is False for candidate in item.candidates)


def misfit(item: RefinedCandidate) -> float:
    """What mixtures are ordered by: the adjusted Rw, more with strains and foreign elements."""
    return item.adjusted_rw * strain_factor(item) * FOREIGN ** n_foreign(item)


def signals(item: RefinedCandidate) -> list[float]:
    """The sum of squares of each phase's curve over that of the measured curve."""
    total = float(item.fit.g @ item.fit.g)
    return [float(part @ part) / total for part in item.fit.partials]


def holds_too_little(item: RefinedCandidate) -> bool:
    """Whether a phase beside one that fits is too weak to be claimed, however it is refined."""
    return min(signals(item)) < NEARLY * MIN_SHARE


def _largest_overlap(item: RefinedCandidate) -> float:
    """The largest cosine of two phases' curves."""
    curves = np.array([part / max(np.linalg.norm(part), 1e-300) for part in item.fit.partials])
    overlaps = curves @ curves.T
    return float(np.max(overlaps - np.eye(len(curves)), initial=0.0))


def rest(candidate: Candidate) -> float:
    """The share of the residual's norm that a pattern leaves."""
    return float(np.sqrt(1 - np.clip(candidate.similarity, 0.0, 1.0) ** 2))


def allow_displacements(candidate: Candidate) -> Candidate:
    """The same with the displacements that symmetry allows, where these are few."""
    phase = candidate.phase
    if phase.n_modes or not phase.periodic:
        return candidate
    modes = symmetric_modes(phase.structure)
    if not 0 < len(modes) <= MAX_MODES:
        return candidate
    return replace(candidate, phase=phase.with_modes(modes))


def _n_parameters(candidates: Sequence[Candidate]) -> int:
    """Lattice constants, U, delta2, size and scale of each phase, and its displacements."""
    return sum(c.phase.n_lattice + 4 + c.phase.n_modes for c in candidates)
