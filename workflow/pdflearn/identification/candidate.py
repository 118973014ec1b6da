"""One known structure before its refinement, and structures together with their fit."""

from dataclasses import dataclass

import numpy as np

from pdflearn.identification.chemistry import Variant, compound, volume_of_atom
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import Fit


@dataclass(frozen=True, eq=False)
class Candidate:
    """One structure to be refined.

    Parameters
    ----------
    id, name, structure_type : str
    phase : Phase
        The structure for one radiation, with the elements of the sample where they are known.
    similarity : float
        Cosine of the measured curve with the reference pattern, -1 to 1.
    fits_composition : bool, optional
        Whether the sample's elements can be laid onto the sites; None where they are not known.
    file : str, default ""
        The user's file that the structure was read from; "" for one of the library.
    log_given : float, default 0.0
        Logarithm of how much likelier the structure is by what the user gave: 0 for one of the
        library without any knowledge of the sample.
    variant : Variant, optional
        The structure with the volume that is expected of it, where the elements are known.
    contraction : float, default 0.0
        Of a cluster: the share by which its outer atoms stand closer to its centre than in bulk.
    missing : float, default 0.0
        Of a cluster: the share of its atoms with fewest neighbours that are missing.
    note : str, default ""
        What is to be said of it where it is the answer, as a sentence with a blank in front.
    """

    id: str
    name: str
    structure_type: str
    phase: Phase
    similarity: float
    fits_composition: bool | None = None
    file: str = ""
    log_given: float = 0.0
    variant: Variant | None = None
    contraction: float = 0.0
    missing: float = 0.0
    note: str = ""


@dataclass(frozen=True, eq=False)
class RefinedCandidate:
    """One candidate, or the two of a mixture, and the fit.

    Parameters
    ----------
    candidates : tuple of Candidate
        One, or two of a mixture.
    fit : Fit
    adjusted_rw : float
        The fit's Rw times sqrt(n / (n - p)), for n independent values and p parameters, which
        makes up for the better fit that more parameters bring by chance.
    note : str, default ""
        What could not be refined of it, as a sentence with a blank in front.
    nearer : str, default ""
        Name of another known compound of its type that fits alike and has nearly the refined cell.
    log_prior : float, default -inf
        Logarithm of what the model's answer, the composition and the radiation say of the type.
    log_posterior : float, default -inf
        The same with the fit; up to a constant that all candidates share.
    """

    candidates: tuple[Candidate, ...]
    fit: Fit
    adjusted_rw: float
    log_prior: float = -np.inf
    log_posterior: float = -np.inf
    note: str = ""
    nearer: str = ""

    @property
    def structure_type(self) -> str:
        """The type, or those of a mixture joined by "+"."""
        return "+".join(sorted(candidate.structure_type for candidate in self.candidates))

    @property
    def name(self) -> str:
        """The name of the known structure, or those of a mixture joined by " + "."""
        return " + ".join(candidate.name for candidate in self.candidates)

    @property
    def files(self) -> str:
        """The user's files that the structures were read from, joined by " + "."""
        return " + ".join(c.file for c in self.candidates if c.file)

    @property
    def elements_known(self) -> bool:
        """Whether every phase has elements of the sample."""
        return all(c.fits_composition for c in self.candidates)

    @property
    def compound(self) -> str:
        """The formulae of the phases where their elements are the sample's, joined by " + "."""
        if not self.elements_known:
            return ""
        return " + ".join(compound(c.phase.structure) for c in self.candidates)

    @property
    def log_chemistry(self) -> float:
        """Logarithm of how likely elements and refined volumes make the structures."""
        total = sum(candidate.log_given for candidate in self.candidates)
        if self.fit is None:
            return total
        for candidate, structure in zip(self.candidates, self.fit.structures, strict=True):
            if candidate.variant is not None:
                total += candidate.variant.log_volume(volume_of_atom(structure))
        return total

    @property
    def radiation(self) -> str:
        """The radiation that the fit assumes."""
        return self.candidates[0].phase.radiation

    @property
    def is_mixture(self) -> bool:
        """Whether there are two phases."""
        return len(self.candidates) > 1

    @property
    def degrees_of_freedom(self) -> int:
        """Number of values that symmetry leaves free: the fewer, the simpler the answer."""
        return sum(candidate.phase.degrees_of_freedom for candidate in self.candidates)

    @property
    def n_elements(self) -> int:
        """Number of elements that the first structure needs."""
        return len(self.candidates[0].phase.species)
