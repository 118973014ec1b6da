"""The vector of all parameters that least squares varies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pdflearn.measured.observation import Observation
from pdflearn.refinement.parameter import (
    ASPECT_LIMITS,
    CORE_LIMITS,
    INVERSE_DIAMETER_LIMITS,
    MAX_ANGLE_CHANGE,
    MAX_ANISOTROPY,
    MAX_DELTA1,
    MAX_DELTA2,
    MAX_DISPLACEMENT,
    MAX_STRAIN,
    Q_DAMP_LIMITS,
    U_ISO_LIMITS,
)
from pdflearn.refinement.phase import Phase, PhaseParameters
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe, RecipeError, is_fraction

# Entries are in these units, so that equal steps change the curve about equally.
SCALES = {
    "strain": 0.01,
    "angle": 0.5,  # degrees
    "displacement": 0.05,  # angstrom
    "log_u": 0.3,
    "log_tensor": 0.3,
    "occupancy": 0.1,
    "delta1": 0.5,  # angstrom
    "delta2": 1.0,  # angstrom^2
    "inverse_diameter": 0.01,  # 1/angstrom
    "aspect": 0.3,  # of its logarithm
    "core": 0.1,
    "q_damp": 0.01,  # 1/angstrom
}


@dataclass(frozen=True)
class Entry:
    """One entry of the vector.

    Parameters
    ----------
    quantity : str
        One of `SCALES`. "log_u" is the natural logarithm of U in angstrom^2, "log_tensor" a
        coefficient of the logarithm of tensors, "aspect" a logarithm as well.
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

    The vector holds for each phase: the strain of each free lattice constant, free angles, the
    displacements, the logarithm of U of each element or site (or coefficients of tensors), free
    occupancies, delta2 or delta1, 1 / diameter and what else its shape needs. Its last entry is
    q_damp.

    Parameters
    ----------
    observation : Observation
        Says whether q_damp is known.
    phases : list of Phase
    recipe : Recipe, optional

    Attributes
    ----------
    entries : list of Entry
    names : list of str
        Of the entries, as users read them.
    scales : array (n_entries,)
        The unit of each entry.
    slices : list of slice
        The entries of each phase.
    lengths : array (n_entries,)
        Lattice constants that strains change, angstrom; 0 where there is none.
    origins : array (n_entries,)
        Angles that changes of angles add to, degrees; 0 elsewhere.
    """

    def __init__(
        self, observation: Observation, phases: list[Phase], recipe: Recipe = USUAL_RECIPE
    ) -> None:
        self.observation = observation
        self.phases = phases
        self.recipe = recipe
        self.entries: list[Entry] = []
        self.names: list[str] = []
        self.slices: list[slice] = []
        self._parts: list[dict[str, slice]] = []
        lengths: list[float] = []
        origins: list[float] = []
        for index, phase in enumerate(phases):
            mark = f"{index + 1}_" if len(phases) > 1 else ""
            start = len(self.entries)
            parts: dict[str, slice] = {}
            for quantity, names in phase.free_quantities().items():
                first = len(self.entries)
                parts[quantity] = slice(first, first + len(names))
                self.entries += [Entry(quantity, index)] * len(names)
                self.names += [mark + name for name in names]
                cell = phase.free_lengths if quantity == "strain" else [0.0] * len(names)
                lengths += cell
                origins += phase.cell_angles if quantity == "angle" else [0.0] * len(names)
            self._parts.append(parts)
            self.slices.append(slice(start, len(self.entries)))
        self.entries.append(Entry("q_damp", None))
        self.names.append("q_damp")
        self.lengths = np.array([*lengths, 0.0])
        self.origins = np.array([*origins, 0.0])
        self.scales = np.array([entry.scale for entry in self.entries])
        self._require_known(recipe)

    def __len__(self) -> int:
        return len(self.entries)

    def _require_known(self, recipe: Recipe) -> None:
        """Raise where a recipe fixes or bounds what is no parameter of the fit."""
        known = [name for name in self.names if "tensor_" not in name]
        for key in ("fixed", "bounds"):
            for name in getattr(recipe, key):
                if name not in self.names and not is_fraction(name):
                    raise RecipeError(
                        f"{key}: {name!r} is no parameter of this fit; it has {', '.join(known)}"
                    )

    def part(self, index: int, quantity: str) -> slice:
        """The entries of one quantity of one phase; empty where it has none."""
        return self._parts[index].get(quantity, slice(0, 0))

    def phase_parameters(self, values: np.ndarray, index: int) -> PhaseParameters:
        """Return one phase's parameters in their own units."""
        x = values * self.scales
        parts = self._parts[index]
        given: dict[str, Any] = {
            name: x[self.part(index, name)]
            for name in ("strain", "displacement", "angle", "log_tensor", "occupancy")
        }
        for name in ("delta1", "delta2", "inverse_diameter", "aspect", "core"):
            if name in parts:
                given[name] = float(x[parts[name]][0])
        return PhaseParameters(u_iso=np.exp(x[parts["log_u"]]), **given)

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
            Name of a parameter, as in `Fit.parameters` or `Fit.start`, -> its value. Other names
            are ignored.
        usual : array (n_entries,)
        """
        values = usual.copy()
        for k, name in enumerate(self.names):
            if name in named:
                values[k] = self.of_user(k, named[name])
        return values

    def unnamed_phases(self, named: Mapping[str, float]) -> list[int]:
        """Return the indices of phases of which no parameter is named."""
        return [
            index
            for index, entries in enumerate(self.slices)
            if not any(name in named for name in self.names[entries])
        ]

    def of_user(self, k: int, value: float) -> float:
        """The value of an entry, in its unit, for a parameter's value as users read it."""
        match self.entries[k].quantity:
            case "strain" if self.lengths[k]:
                value = value / self.lengths[k] - 1
            case "log_u" | "aspect":
                value = np.log(value)
            case "inverse_diameter":
                value = 1 / value if value else np.inf
        return float((value - self.origins[k]) / self.scales[k])

    def to_user(self, k: int, value: float) -> float:
        """A parameter's value as users read it for the value of an entry in its unit."""
        value = float(value * self.scales[k] + self.origins[k])
        match self.entries[k].quantity:
            case "strain" if self.lengths[k]:
                return float(self.lengths[k] * (1 + value))
            case "log_u" | "aspect":
                return float(np.exp(value))
            case "inverse_diameter":
                return 1 / value if value else np.inf
        return value

    def user_slope(self, k: int, value: float) -> float:
        """The derivative of `to_user` by the value, in size."""
        natural = value * self.scales[k]
        match self.entries[k].quantity:
            case "strain" if self.lengths[k]:
                return float(self.lengths[k] * self.scales[k])
            case "log_u" | "aspect":
                return float(np.exp(natural) * self.scales[k])
            case "inverse_diameter":
                return float(self.scales[k] / natural**2) if natural else np.inf
        return float(self.scales[k])

    def named(self, values: np.ndarray) -> dict[str, float]:
        """Return the value of each entry by its name: what `start_of` makes the same vector of."""
        return {name: self.to_user(k, values[k]) for k, name in enumerate(self.names)}

    def with_fixed(self, values: np.ndarray) -> np.ndarray:
        """The vector with what the recipe fixes at its value."""
        values = values.copy()
        for k, name in enumerate(self.names):
            if name in self.recipe.fixed:
                values[k] = self.of_user(k, self.recipe.fixed[name])
        return values

    def bounds(self, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper limits of the entries, for a fit from this start."""
        lower, upper = np.empty(len(start)), np.empty(len(start))
        for k, entry in enumerate(self.entries):
            if self.names[k] in self.recipe.bounds:
                limits = self.recipe.bounds[self.names[k]]
                lower[k], upper[k] = sorted(self.of_user(k, limit) for limit in limits)
                if entry.quantity == "occupancy":  # no site holds less than nothing
                    most = np.array(self._limits(k, entry, start)) / self.scales[k]
                    lower[k], upper[k] = np.clip([lower[k], upper[k]], *most)
            else:
                lower[k], upper[k] = np.array(self._limits(k, entry, start)) / self.scales[k]
        return lower, upper

    def _limits(self, k: int, entry: Entry, start: np.ndarray) -> np.ndarray | tuple[float, float]:
        """Limits of one entry in its own unit."""
        match entry.quantity:
            case "strain":
                return start[k] * self.scales[k] + np.array([-MAX_STRAIN, MAX_STRAIN])
            case "angle":
                return (-MAX_ANGLE_CHANGE, MAX_ANGLE_CHANGE)
            case "displacement":
                return (-MAX_DISPLACEMENT, MAX_DISPLACEMENT)
            case "log_u":
                return np.log(U_ISO_LIMITS)
            case "log_tensor":
                is_mean = self.names[k].endswith("_1")
                return np.log(U_ISO_LIMITS) if is_mean else (-MAX_ANISOTROPY, MAX_ANISOTROPY)
            case "occupancy":
                first = self.part(entry.phase, "occupancy").start
                return (0.0, self.phases[entry.phase].mixed[k - first].total)
            case "delta1" | "delta2":
                strain = self.phase_parameters(start, entry.phase).strain
                shortest = self.phases[entry.phase].shortest_distance * (1 + strain.min())
                if entry.quantity == "delta1":
                    return (0.0, MAX_DELTA1 * shortest)
                return (0.0, MAX_DELTA2 * shortest**2)
            case "inverse_diameter":
                return INVERSE_DIAMETER_LIMITS
            case "aspect":
                return np.log(ASPECT_LIMITS)
            case "core":
                return CORE_LIMITS
        return Q_DAMP_LIMITS

    def free_groups(self, full: bool) -> list[np.ndarray]:
        """Return the indices of entries that vary together, one array for each free parameter.

        Parameters
        ----------
        full : bool
            True: each U and each displacement by itself, but elements on one site share their U;
            and q_damp where it is not known. False: one U for all elements of a phase, no
            displacements, no angles, and q_damp as it is.
        """
        groups: list[np.ndarray] = []
        for index, phase in enumerate(self.phases):
            for quantity, entries in self._parts[index].items():
                indices = np.arange(entries.start, entries.stop)
                if quantity == "log_u":
                    groups += self._u_groups(phase, indices) if full else [indices]
                elif quantity in ("inverse_diameter", "aspect", "core") and not phase.periodic:
                    continue
                elif full or quantity in ("strain", "delta1", "delta2", "inverse_diameter"):
                    groups += _each(indices)
                elif quantity == "log_tensor":
                    means = [k for k in indices if self.names[k].endswith("_1")]
                    groups += [np.array(means)]
        if full and self.observation.q_damp is None:
            groups.append(np.array([len(self.entries) - 1]))
        held = {k for k, name in enumerate(self.names) if name in self.recipe.fixed}
        if self.recipe.shape == "bulk":
            held |= {k for k, e in enumerate(self.entries) if e.quantity == "inverse_diameter"}
        groups = [np.array([k for k in group.tolist() if k not in held]) for group in groups]
        return [group for group in groups if len(group)]

    def _u_groups(self, phase: Phase, indices: np.ndarray) -> list[np.ndarray]:
        """The U of each species by itself, or tied where elements share a site."""
        if not self.recipe.tied:
            return _each(indices)
        tied = [
            np.array([indices[phase.species.index(label)] for label in sorted(group)])
            for group in phase.tied_species
        ]
        alone = set(indices.tolist()) - {int(k) for group in tied for k in group}
        groups = [np.array([k]) for k in sorted(alone)] + tied
        return sorted(groups, key=lambda group: int(group.min()))


def _each(indices: np.ndarray) -> list[np.ndarray]:
    return [indices[k : k + 1] for k in range(len(indices))]
