"""Candidates with their fits: one structure, or two of a mixture, against a measured curve."""

from dataclasses import dataclass

import numpy as np

from pdflearn.candidates import Candidate
from pdflearn.observation import Observation
from pdflearn.refinement import Fit, RefinementError, refine
from pdflearn.solutions import Solutions


@dataclass
class Refined:
    """A candidate (two of a mixture) and its fit.

    Attributes
    ----------
    candidates : tuple of Candidate
    fit : Fit
    rw : float
        The fit's Rw times sqrt(n / (n - p)), n independent values and p parameters: what more
        freedom is worth is taken away.
    chance : float
        Logarithm of what the model's answer, the composition and the radiation make of it.
    score : float
        The same with the fit.
    """

    candidates: tuple[Candidate, ...]
    fit: Fit
    rw: float
    chance: float = -np.inf
    score: float = -np.inf

    @property
    def structure_type(self) -> str:
        """The type, or those of a mixture joined by +."""
        return "+".join(sorted(c.structure_type for c in self.candidates))

    @property
    def freedom(self) -> int:
        """How many numbers the structures leave free: the fewer, the simpler the answer."""
        return sum(candidate.phase.freedom for candidate in self.candidates)

    @property
    def radiation(self) -> str:
        """What the fit was for."""
        return self.candidates[0].phase.radiation

    @property
    def name(self) -> str:
        """The library's structure, or those of a mixture joined by +."""
        return " + ".join(c.name for c in self.candidates)


def fit(
    observation: Observation,
    candidates: tuple[Candidate, ...],
    solutions: Solutions,
    *,
    full: bool,
) -> Refined | None:
    """Refine one candidate, or two together; None where no parameters give a curve."""
    try:
        phases = [candidate.phase for candidate in candidates]
        found = refine(observation, phases, full=full, solutions=solutions)
    except RefinementError:
        return None
    free = max(observation.independent - found.free, 1.0)
    rw = float(found.rw * np.sqrt(observation.independent / free))
    return Refined(candidates, found, rw)
