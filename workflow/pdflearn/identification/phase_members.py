"""Which structures of its type stand for the phases of a mixture: by fit, strain and density.

A type says nothing of its elements. Where these are not known, any compound of the type may stand
for a phase, and which one decides what the phase leaves for others, and how much of it there is.
"""

from collections.abc import Sequence

import numpy as np

from pdflearn.identification import evidence
from pdflearn.identification.candidates import Candidate, RefinedCandidate
from pdflearn.identification.phase_search import PhaseSearch, allow_displacements, misfit, rest
from pdflearn.identification.strains import log_given
from pdflearn.structures.substitution import shares

# Of so many structures of a type with the most similar patterns, so many of the first and so many
# of those with the least stretch are tried for each phase.
N_SIMILAR_MEMBERS, N_MEMBERS, N_NEAR = 12, 1, 2
# What the residuals of structures of one type say of their elements counts by this share: it is not
# noise that they differ by, but the thermal motion that each of them allows.
TRUST = 0.25
# Where more than this Rw is left, so many types with a phase's parent type are tried for it. Right
# structures leave 0.04 to 0.06 where their atoms are in place (variant 316).
WORTH_KIN, N_KIN = 0.06, 2
N_KNOWN = 2  # known compounds of the sample's elements that are tried for a phase


class PhaseMembers(PhaseSearch):
    """The search of a curve's phases, with the structures that stand for their types."""

    def bettered(self, item: RefinedCandidate) -> RefinedCandidate:
        """The same types, or their kin, as well as they can fit."""
        if not any(item is other for other in self.as_good):
            item = self.with_displacements(self.with_best_members(item))
            self.as_good.append(item)
        return item

    def with_best_members(
        self, item: RefinedCandidate, indices: Sequence[int] | None = None
    ) -> RefinedCandidate:
        """The same types with those of their structures that fit best for the least strain.

        A type says nothing of the contrast of its elements: a wrong one leaves a residual that
        another phase could seem to explain, and makes wrong fractions. Of some phases alone where
        indices are given; the members of these types only.
        """
        for index, phase in enumerate(item.candidates):
            if indices is not None and index not in indices:
                continue
            others = [c for k, c in enumerate(item.fit.partials) if k != index]
            members = self.similar(others, 1, set(), {phase.structure_type}, N_SIMILAR_MEMBERS)
            near = sorted(members, key=lambda new: abs(np.log(new.phase.stretch)))
            kin = self.kin(item, index) if indices is None else []
            chosen = [*members[:N_MEMBERS], *near[:N_NEAR], *kin]
            for new in {new.id: new for new in chosen}.values():
                if new.id == phase.id and _content(new) == _content(phase):
                    continue
                useful = self.useful_rw(item, index)
                other = self.replaced(
                    item, index, allow_displacements(new), full=True, useful=useful
                )
                if other is not None and self.merit(other, index) > self.merit(item, index):
                    item = other
        return item

    def useful_rw(self, item: RefinedCandidate, index: int) -> float:
        """The adjusted Rw beyond which no structure without any strain is likelier for a phase."""
        worth = np.exp(-2 * log_given(item, index) / (TRUST * self.observation.independent))
        return float(np.hypot(item.adjusted_rw, evidence.SMALLEST_RW) * np.sqrt(worth))

    def kin(self, item: RefinedCandidate, index: int) -> list[Candidate]:
        """Structures of other types with a phase's parent type that are the nearest to its cell.

        Their patterns are similar, and which of them is right shows after displacements alone.
        """
        phase = item.candidates[index]
        if item.fit.rw < WORTH_KIN:
            return []
        others = [c for k, c in enumerate(item.fit.partials) if k != index]
        names = set(self.catalogue.of_references["structure_type"]) - {""}
        root = self.catalogue.parent_type(phase.structure_type)
        kin = {name for name in names if self.catalogue.parent_type(name) == root}
        kin -= {candidate.structure_type for candidate in item.candidates}
        if not kin:
            return []
        members = self.similar(others, N_KIN, set(), kin, N_SIMILAR_MEMBERS)
        nearest: dict[str, Candidate] = {}
        for new in sorted(members, key=lambda new: abs(np.log(new.phase.stretch))):
            nearest.setdefault(new.structure_type, new)
        return list(nearest.values())

    def with_known_compounds(self, item: RefinedCandidate) -> RefinedCandidate:
        """Let known compounds of the sample's elements take the place of built ones if they fit.

        A structure that was built has the freedom of its type alone to stand for another. The known
        compound is refined with the displacements that symmetry allows before the two are compared.
        """
        for index, phase in enumerate(item.candidates):
            if phase.variant is None or phase.variant.as_it_is:
                continue
            others = [c for k, c in enumerate(item.fit.partials) if k != index]
            types = {c.structure_type for k, c in enumerate(item.candidates) if k != index}
            known = [
                new
                for new in self.similar(others, 1, types)
                if new.variant is not None and new.variant.as_it_is
            ]
            for new in sorted(known, key=rest)[:N_KNOWN]:
                other = self.replaced(item, index, allow_displacements(new), full=True)
                if other is not None and misfit(other) < misfit(item):
                    item = other
        return item

    def merit(self, item: RefinedCandidate, index: int) -> float:
        """Logarithm of how likely one of a type's structures is: fit, strain, and density."""
        return TRUST / 2 * self.gain(1.0, item.fit.rw) + log_given(item, index)

    def with_displacements(self, item: RefinedCandidate) -> RefinedCandidate:
        """The same with atoms that move as symmetry allows, where that is better."""
        moving = [allow_displacements(candidate) for candidate in item.candidates]
        if item.fit.rw < evidence.SMALLEST_RW or moving == list(item.candidates):
            return item
        other = self.refine(moving, full=True, start=item.fit.start)
        return other if other is not None and other.adjusted_rw < item.adjusted_rw else item


def _content(candidate: Candidate) -> dict[str, float]:
    """The elements of a candidate, which are laid onto its sites where the sample's are known."""
    return shares(candidate.phase.structure)
