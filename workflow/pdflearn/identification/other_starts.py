"""Other starts of a type that is likely and fits poorly: another structure of it, other elements.

A fit finds the minimum that is near its start. And where a sample's elements are not known, those
of the library's structure stand for them: a light atom where the library has a heavy one makes
another curve.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import periodictable

from pdflearn.identification import messages
from pdflearn.identification.built_types import built_types
from pdflearn.identification.candidates import (
    Candidate,
    RefinedCandidate,
    compare,
    make_candidates,
    refine_candidates,
)
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.cells import shape_of_cell
from pdflearn.identification.displacements import MAX_MODES, MAX_MODES_BUILT, refine_displacements
from pdflearn.identification.expected_rw import usual_rw
from pdflearn.identification.ranking import fits_alike
from pdflearn.identification.request import Request
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.simulation.parameters import SimulationError
from pdflearn.structures import substitution

# Types with so many free displacements have minima beside the right one. So many other structures
# are starts, the edges of whose cells, over that of a cube of the same volume, differ by so much:
# those of LaMnO3 and CaTiO3 do, both of the type GdFeO3. Judged, not fitted to any curve.
MANY_MODES, N_MEMBERS, OTHER_CELL = 3, 2, 0.005
# A type that the model gives this probability is tried with other scatterers, for each of up to so
# many elements: X-rays with so many times its electrons, neutrons with these, whose lengths are -3,
# 0, 3 and 10 fm. Judged.
LIKELY, MAX_ELEMENTS = 0.5, 4
ELECTRONS = (0.4, 2.5)
LENGTHS = ("Ti", "V", "Al", "Ni")
LIGHTEST, HEAVIEST = 3, 92  # atomic numbers
# Ways to put the elements onto the sites are refined in full whose quick fit leaves so many times
# the best one's Rw at most. Atoms that have still to move hide which way is right: of Sb2Te2Se in
# another compound's positions the right way leaves 0.26 as another one does, and then 0.10 against
# 0.18 (seed 952 of bench_chemistry.py).
NEAR_WAY = 1.5


def fits_poorly(refined: list[RefinedCandidate], rw_limit: float) -> bool:
    """Whether the best fit leaves more than half of the right structures do."""
    best = min((item.adjusted_rw for item in refined), default=0.0)
    return best > usual_rw(rw_limit)


@dataclass(frozen=True)
class OtherStarts:
    """Fits of one curve from other starts.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    catalogue : Catalogue
        The known structures.
    solutions : Solutions
        Remembered fits; what is new is added.
    request : Request
        What is known of the sample.
    """

    observation: Observation
    catalogue: Catalogue
    solutions: Solutions
    request: Request

    def other_members(self, full: list[RefinedCandidate]) -> list[RefinedCandidate]:
        """Other structures of the type that fits best, with cells of other shapes.

        Parameters
        ----------
        full : list of RefinedCandidate
            One a type, all parameters refined.

        Returns
        -------
        list of RefinedCandidate
            As they are; with displacements they may fit better than the first one does. Empty
            where the type has few of these, or where its structure is the known compound of the
            sample's elements.
        """
        best = min(full, key=lambda item: item.adjusted_rw)
        candidate = best.candidates[0]
        if not candidate.phase.periodic or (candidate.variant and candidate.variant.as_it_is):
            return []
        if not MANY_MODES <= len(candidate.phase.free_modes()) <= MAX_MODES:
            return []
        table = compare(self.observation, self.catalogue)
        table = table[(table["structure_type"] == best.structure_type) & ~table["cluster"]]
        cells, items = [shape_of_cell(candidate.phase.structure)], []
        for structure_id, match in table.iterrows():
            members = make_candidates(
                structure_id, match, self.observation, self.catalogue, self.request, 1
            )
            for other in members:
                shape = shape_of_cell(other.phase.structure)
                if min(float(np.abs(shape - known).max()) for known in cells) >= OTHER_CELL:
                    cells.append(shape)
                    items.append(self._refine(other, full=True))
            if len(cells) > N_MEMBERS:
                break
        return [item for item in items if item is not None]

    def other_scatterers(
        self, full: list[RefinedCandidate], probabilities: Mapping[str, float]
    ) -> list[RefinedCandidate]:
        """Types that the model is sure of, with stronger or weaker scatterers on one site.

        Parameters
        ----------
        full : list of RefinedCandidate
            One a type, all parameters refined.
        probabilities : mapping
            structure_type -> probability by the model.

        Returns
        -------
        list of RefinedCandidate
            Those that fit clearly better for it. Empty where elements are known.
        """
        if self.request.knows_elements:
            return []
        items = []
        for item in full:
            candidate = item.candidates[0]
            likely = probabilities.get(item.structure_type, 0.0) >= LIKELY
            if not (likely and candidate.phase.periodic) or candidate.file:
                continue
            quick = self._best_quick(_with_others(candidate))
            if quick is None or quick.adjusted_rw >= item.adjusted_rw:
                continue
            other = quick.candidates[0]
            note = messages.other_scatterer(
                candidate.name, item.fit.rw, *_exchanged(candidate, other)
            )
            best = self._refine(replace(other, note=note), full=True)
            if best is not None and not fits_alike(item, best):
                items.append(best)
        return items

    def other_types(self) -> list[RefinedCandidate]:
        """Full fits of the types that look most like the curve with the known elements."""
        candidates = built_types(self.observation, self.catalogue, self.request)
        return list(filter(None, (self._refine(one, full=True) for one in candidates)))

    def other_ways(
        self,
        refined: list[RefinedCandidate],
        probabilities: Mapping[str, float],
        rw_limit: float,
    ) -> list[RefinedCandidate]:
        """The best type, and those that the model is sure of, with elements on each other's sites.

        Usually the likeliest ways alone are refined. So are all here: what is rare, such as a salt
        with anions and cations exchanged, has other ways.

        Parameters
        ----------
        refined : list of RefinedCandidate
            One a type, or several.
        probabilities : mapping
            structure_type -> probability by the model.
        rw_limit : float
            See `pdflearn.identification.expected_rw.expected_rw`.

        Returns
        -------
        list of RefinedCandidate
            Those that fit better, with displacements of atoms. Empty where elements are not known,
            or where the structure is a known compound of them that fits as usual.
        """
        if not self.request.knows_elements or not refined:
            return []
        best = min(refined, key=lambda item: item.adjusted_rw)
        items = []
        for item in refined:
            candidate = item.candidates[0]
            likely = item is best or probabilities.get(item.structure_type, 0.0) >= LIKELY
            if not (likely and candidate.phase.periodic) or candidate.file:
                continue
            known = candidate.variant is not None and candidate.variant.as_it_is
            if known and not fits_poorly([item], rw_limit):
                continue
            items += [way for way in self._ways(candidate) if way.adjusted_rw < item.adjusted_rw]
        return items

    def _ways(self, candidate: Candidate) -> list[RefinedCandidate]:
        """Full fits with displacements of all ways that are near the best one after quick fits."""
        match = pd.Series({"similarity": candidate.similarity, "stretch": candidate.phase.stretch})
        ways = make_candidates(
            candidate.id,
            match,
            self.observation,
            self.catalogue,
            self.request,
            substitution.MAX_ASSIGNMENTS,
        )
        fits = list(filter(None, (self._refine(way, full=False) for way in ways)))
        best = min((fit.adjusted_rw for fit in fits), default=0.0)
        full = [
            self._refine(fit.candidates[0], full=True) or fit
            for fit in fits
            if fit.adjusted_rw <= NEAR_WAY * best
            and _elements(fit.candidates[0]) != _elements(candidate)
        ]
        return [
            refine_displacements(self.observation, fit, self.solutions, MAX_MODES_BUILT)
            for fit in full
        ]

    def _best_quick(self, candidates: Iterable[Candidate]) -> RefinedCandidate | None:
        """The best of quick fits of candidates; None where none succeeds."""
        fits = [self._refine(candidate, full=False) for candidate in candidates]
        return min(filter(None, fits), key=lambda item: item.adjusted_rw, default=None)

    def _refine(self, candidate: Candidate, *, full: bool) -> RefinedCandidate | None:
        return refine_candidates(self.observation, (candidate,), self.solutions, full=full)


def _elements(candidate: Candidate) -> list[str]:
    return [atom.element for atom in candidate.phase.structure]


def _with_others(candidate: Candidate) -> Iterator[Candidate]:
    """The candidate with one of its elements exchanged for a weaker or a stronger scatterer."""
    shares = substitution.shares(candidate.phase.structure)
    if not 2 <= len(shares) <= MAX_ELEMENTS:
        return
    for element in shares:
        for other in _scatterers_beside(element, candidate.phase.radiation):
            if other in shares:
                continue
            way = {symbol: {symbol: 1.0} for symbol in shares} | {element: {other: 1.0}}
            structure = substitution.substitute(candidate.phase.structure, way)
            try:
                phase = replace(candidate.phase, structure=structure)
            except SimulationError:
                continue
            yield replace(candidate, phase=phase)


def _scatterers_beside(element: str, radiation: str) -> tuple[str, ...]:
    """Elements that scatter more weakly, or more strongly, than one."""
    if radiation == "neutron":
        return LENGTHS
    z = periodictable.elements.symbol(element).number
    numbers = [round(float(np.clip(z * times, LIGHTEST, HEAVIEST))) for times in ELECTRONS]
    return tuple(periodictable.elements[number].symbol for number in numbers)


def _exchanged(before: Candidate, after: Candidate) -> tuple[str, str]:
    """The element that was exchanged, and what stands in its place."""
    old, new = (set(substitution.shares(one.phase.structure)) for one in (before, after))
    return next(iter(old - new)), next(iter(new - old))
