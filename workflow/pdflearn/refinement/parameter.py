"""A refined parameter as users read it, and the limits that refinements keep."""

from dataclasses import dataclass

import numpy as np

# Limits of what is refined.
U_ISO_LIMITS = (0.0015, 0.08)  # angstrom^2
INVERSE_DIAMETER_LIMITS = (0.0, 0.1)  # 1/angstrom
Q_DAMP_LIMITS = (0.0, 0.08)  # 1/angstrom
MAX_DISPLACEMENT = 0.35  # angstrom, of an atom along each displacement that symmetry allows
MAX_STRAIN = 0.04  # relative change of a lattice constant from its start
# The upper limit of delta2 over the sample's shortest distance squared: a tenth of the first peak's
# variance remains. In strained or faulted particles bonds keep their length, while distant atoms
# move independently of each other.
MAX_DELTA2 = 0.9
MAX_DELTA1 = 0.9  # the same of delta1, over the shortest distance
MAX_ANGLE_CHANGE = 5.0  # degrees, of a cell angle from the structure's
# The most that the logarithm of a displacement along one direction differs from the mean one: a
# factor of 7.
MAX_ANISOTROPY = 2.0
ASPECT_LIMITS = (0.2, 5.0)  # of a spheroid: its axis of rotation over its other diameter
CORE_LIMITS = (0.0, 0.95)  # diameter of the core over that of the particle


@dataclass(frozen=True)
class Parameter:
    """One parameter of a refinement, in the shape that lmfit gives it.

    Parameters
    ----------
    name : str
        Such as "a", "u_iso_Ni", "diameter" or "q_damp"; in a mixture with the phase's number in
        front, as in "1_a".
    value : float
    min, max : float, default -inf and inf
        Limits that the refinement kept. Limits that depend on the start of a fit (those of lattice
        constants, and the upper one of delta2) are not given.
    vary : bool, default True
        Whether the value was refined; False where it was known.
    stderr : float, default NaN
        Standard error; NaN where the value is at a limit or was not refined.
    unit : str, default ""
        "A" (angstrom), "A^2", "1/A", "deg" (degrees), or nothing.
    note : str, default ""
        What the value depends on, such as the form factors.

    See Also
    --------
    pdflearn.refinement.refinement.refine : Returns a parameter for everything that it refined.

    Examples
    --------
    >>> a = Parameter("a", 3.5241, stderr=0.0004, unit="A")
    >>> print(a)
    a = 3.5241 +/- 0.0004 A
    >>> print(Parameter("q_damp", 0.03, vary=False, unit="1/A"))
    q_damp = 0.03 1/A (fixed)
    """

    name: str
    value: float
    min: float = -np.inf
    max: float = np.inf
    vary: bool = True
    stderr: float = np.nan
    unit: str = ""
    note: str = ""

    def __str__(self) -> str:
        error = f" +/- {self.stderr:.2g}" if np.isfinite(self.stderr) else ""
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.name} = {self.value:.6g}{error}{unit}{'' if self.vary else ' (fixed)'}"
