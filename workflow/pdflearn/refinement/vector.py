"""The vector of all parameters that least squares varies."""

from dataclasses import dataclass

import numpy as np

from pdflearn.measured.observation import Observation
from pdflearn.refinement.parameter import (
    INVERSE_DIAMETER_LIMITS,
    MAX_DELTA2,
    MAX_DISPLACEMENT,
    MAX_STRAIN,
    Q_DAMP_LIMITS,
    U_ISO_LIMITS,
)
from pdflearn.refinement.phase import Phase, PhaseParameters

# Entries are in these units, so that equal steps change the curve about equally.
SCALES = {
    "strain": 0.01,
    "displacement": 0.05,  # angstrom
    "log_u": 0.3,
    "delta2": 1.0,  # angstrom^2
    "inverse_diameter": 0.01,  # 1/angstrom
    "q_damp": 0.01,  # 1/angstrom
}


@dataclass(frozen=True)
class Entry:
    """One entry of the vector.

    Parameters
    ----------
    quantity : {"strain", "displacement", "log_u", "delta2", "inverse_diameter", "q_damp"}
        "log_u" is the natural logarithm of U in angstrom^2.
    phase : int or None
        Index of the phase that it belongs to; None for q_damp, which all phases share.
    """

    quantity: str
    phase: int | None

    @property
    def scale(self) -> float:
        """The unit of the entry."""
        return SCALES[self.quantity]


class ParameterVector:
    """What each entry of the vector means.

    The vector holds for each phase: the strain of each free lattice constant, the displacements,
    the logarithm of U of each element, delta2 and 1 / diameter. Its last entry is q_damp.

    Parameters
    ----------
    observation : Observation
        Says whether q_damp is known.
    phases : list of Phase

    Attributes
    ----------
    entries : list of Entry
    scales : array (n_entries,)
        The unit of each entry.
    slices : list of slice
        The entries of each phase.
    """

    def __init__(self, observation: Observation, phases: list[Phase]) -> None:
        self.observation = observation
        self.phases = phases
        self.entries: list[Entry] = []
        self.slices: list[slice] = []
        for index, phase in enumerate(phases):
            quantities = ["strain"] * phase.n_lattice + ["displacement"] * phase.n_modes
            quantities += ["log_u"] * len(phase.species)
            quantities += ["delta2", "inverse_diameter"]
            start = len(self.entries)
            self.slices.append(slice(start, start + len(quantities)))
            self.entries += [Entry(quantity, index) for quantity in quantities]
        self.entries.append(Entry("q_damp", None))
        self.scales = np.array([entry.scale for entry in self.entries])

    def __len__(self) -> int:
        return len(self.entries)

    def phase_parameters(self, values: np.ndarray, index: int) -> PhaseParameters:
        """Return one phase's parameters in their own units."""
        phase, entries = self.phases[index], self.slices[index]
        x = values[entries] * self.scales[entries]
        n, m = phase.n_lattice, phase.n_lattice + phase.n_modes
        return PhaseParameters(x[:n], x[n:m], np.exp(x[m:-2]), float(x[-2]), float(x[-1]))

    def q_damp(self, values: np.ndarray) -> float:
        """Return q_damp in 1/angstrom."""
        return float(values[-1] * self.scales[-1])

    def with_atoms_at_rest(self, values: np.ndarray) -> np.ndarray:
        """Return a vector of the same phases without displacements as one of this vector."""
        result = np.zeros(len(self.entries))
        result[[entry.quantity != "displacement" for entry in self.entries]] = values
        return result

    def bounds(self, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper limits of the entries, for a fit from this start."""
        lower, upper = np.empty(len(start)), np.empty(len(start))
        for k, entry in enumerate(self.entries):
            lower[k], upper[k] = np.array(self._limits(k, entry, start)) / self.scales[k]
        return lower, upper

    def _limits(self, k: int, entry: Entry, start: np.ndarray) -> np.ndarray | tuple[float, float]:
        """Limits of one entry in its own unit."""
        match entry.quantity:
            case "strain":
                return start[k] * self.scales[k] + np.array([-MAX_STRAIN, MAX_STRAIN])
            case "displacement":
                return (-MAX_DISPLACEMENT, MAX_DISPLACEMENT)
            case "log_u":
                return np.log(U_ISO_LIMITS)
            case "delta2":
                strain = self.phase_parameters(start, entry.phase).strain
                shortest = self.phases[entry.phase].shortest_distance * (1 + strain.min())
                return (0.0, MAX_DELTA2 * shortest**2)
            case "inverse_diameter":
                return INVERSE_DIAMETER_LIMITS
        return Q_DAMP_LIMITS

    def free_groups(self, full: bool) -> list[np.ndarray]:
        """Return the indices of entries that vary together, one array for each free parameter.

        Parameters
        ----------
        full : bool
            True: each U and each displacement by itself, and q_damp where it is not known. False:
            one U for all elements of a phase, no displacements, and q_damp as it is.
        """
        groups: list[np.ndarray] = []
        for phase, entries in zip(self.phases, self.slices, strict=True):
            indices = np.arange(entries.start, entries.stop)
            lattice, rest = indices[: phase.n_lattice], indices[phase.n_lattice : -2]
            displacements, u = rest[: phase.n_modes], rest[phase.n_modes :]
            groups += _each(lattice)
            groups += _each(displacements) if full else []
            groups += _each(u) if full else [u]
            groups += [indices[-2:-1]]
            groups += [indices[-1:]] if phase.periodic else []
        if full and self.observation.q_damp is None:
            groups.append(np.array([len(self.entries) - 1]))
        return groups


def _each(indices: np.ndarray) -> list[np.ndarray]:
    return [indices[k : k + 1] for k in range(len(indices))]
