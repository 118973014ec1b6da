"""The vector of all parameters that least squares varies."""

from collections.abc import Mapping
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
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe

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
    recipe : Recipe, optional

    Attributes
    ----------
    entries : list of Entry
    scales : array (n_entries,)
        The unit of each entry.
    slices : list of slice
        The entries of each phase.
    """

    def __init__(
        self, observation: Observation, phases: list[Phase], recipe: Recipe = USUAL_RECIPE
    ) -> None:
        self.observation = observation
        self.recipe = recipe
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
        self._name_entries()
        self.scales = np.array([entry.scale for entry in self.entries])

    def _name_entries(self) -> None:
        """Set the names of the entries, as users read them, and the lengths that strains change."""
        self.names: list[str] = []
        self.lengths = np.zeros(len(self.entries))  # angstrom; 0 where there is none
        for index, (phase, entries) in enumerate(zip(self.phases, self.slices, strict=True)):
            mark = f"{index + 1}_" if len(self.phases) > 1 else ""
            names = ["strain"]
            if phase.periodic:
                axes = [phase.axes.index(k) for k in range(phase.n_lattice)]
                names = ["abc"[axis] for axis in axes]
                cell = phase.structure.lattice.abcABG()
                first = entries.start
                self.lengths[first : first + len(axes)] = [cell[axis] for axis in axes]
            names += [f"mode_{k + 1}" for k in range(phase.n_modes)]
            names += [f"u_iso_{species}" for species in phase.species]
            self.names += [mark + name for name in [*names, "delta2", "diameter"]]
        self.names.append("q_damp")

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

    def start_of(self, named: Mapping[str, float], usual: np.ndarray) -> np.ndarray:
        """Return the vector of named parameters; what is not named is as in `usual`.

        Parameters
        ----------
        named : mapping
            Name of a parameter, as in `Fit.parameters`, -> its value. Other names are ignored.
        usual : array (n_entries,)
        """
        values = usual.copy()
        for k, name in enumerate(self.names):
            if name not in named:
                continue
            value, entry = named[name], self.entries[k]
            if entry.quantity == "strain":
                value = value / self.lengths[k] - 1 if self.lengths[k] else value
            elif entry.quantity == "log_u":
                value = np.log(value)
            elif entry.quantity == "inverse_diameter":
                value = 1 / value
            values[k] = value / self.scales[k]
        return values

    def named(self, values: np.ndarray) -> dict[str, float]:
        """Return the value of each entry by its name: what `start_of` makes the same vector of."""
        result = {}
        for k, (name, entry) in enumerate(zip(self.names, self.entries, strict=True)):
            value = float(values[k] * self.scales[k])
            if entry.quantity == "strain" and self.lengths[k]:
                value = float(self.lengths[k] * (1 + value))
            elif entry.quantity == "log_u":
                value = float(np.exp(value))
            elif entry.quantity == "inverse_diameter":
                value = 1 / value if value else np.inf
            result[name] = value
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
