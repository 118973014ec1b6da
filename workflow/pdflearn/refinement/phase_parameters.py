"""The values of what varies of one phase."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class PhaseParameters:
    """The values of a phase's free parameters.

    Parameters
    ----------
    strain : array (n_lattice,)
        Relative change of each free lattice constant.
    displacement : array (n_modes,)
        Displacement of the atoms along each mode, in angstrom.
    u_iso : array (n_species,)
        Mean squared displacement of each element along one direction, in angstrom^2.
    delta2 : float
        Correlated motion of neighbours, in angstrom^2.
    inverse_diameter : float
        One over the diameter of a particle, in 1/angstrom; 0 for bulk.
    delta1 : float
        Correlated motion of neighbours, in angstrom.
    angle : array (n_angles,)
        Change of each free angle, in degrees.
    log_tensor : array (n_tensors,)
        Coefficients of the logarithm of the displacement tensors.
    occupancy : array (n_mixed,)
    aspect : float
        Logarithm of a spheroid's axis of rotation over its other diameter.
    core : float
        Diameter of the core within a shell over that of the particle.
    """

    strain: np.ndarray
    displacement: np.ndarray
    u_iso: np.ndarray
    delta2: float = 0.0
    inverse_diameter: float = 0.0
    delta1: float = 0.0
    angle: np.ndarray = field(default_factory=lambda: np.empty(0))
    log_tensor: np.ndarray = field(default_factory=lambda: np.empty(0))
    occupancy: np.ndarray = field(default_factory=lambda: np.empty(0))
    aspect: float = 0.0
    core: float = 0.0

    @property
    def of_structure(self) -> tuple[tuple[float, ...], ...]:
        """What changes the structure itself beside lengths: atoms, angles, occupancy, tensors."""
        return tuple(
            tuple(values.tolist())
            for values in (self.displacement, self.angle, self.occupancy, self.log_tensor)
        )
