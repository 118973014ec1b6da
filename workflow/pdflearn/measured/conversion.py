"""From what a measured file holds to G(r): conversions between functions of r, and from Q.

Conventions and their relations: Keen, J. Appl. Cryst. 34 (2001) 172; Egami and Billinge,
Underneath the Bragg Peaks (2012), ch. 3.
"""

from dataclasses import dataclass, field

import numpy as np

from pdflearn.measured.header import Hints
from pdflearn.measured.text import PatternError

TRANSFORM_R_MAX = 60.0  # angstrom
TRANSFORM_R_STEP = 0.01
MAX_Q_POINTS = 20_000


@dataclass(frozen=True)
class Converted:
    """G(r) as it was made of the columns of a file.

    Attributes
    ----------
    r, g : arrays (n,)
        Angstrom, and 1/angstrom^2 up to the file's own scale.
    hints : dict
        Those of the header; with the Q range of the transform, where there was one.
    warnings : list of str
        What was done.
    """

    r: np.ndarray
    g: np.ndarray
    hints: Hints
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Quantity:
    """What the columns of a table mean.

    Attributes
    ----------
    name : str
        "G", "F(Q)", "S(Q)", "S(Q) - 1", "g(r)", "g(r) - 1" or "RMCProfile G(r)".
    space : str
        "r" or "Q".
    x_column, y_columns : int, list of int
        Columns of x and of y; several of y are added.
    x_factor, y_factor : float
        Turn x into angstrom or 1/angstrom, and y likewise where its label names the unit.
    """

    name: str
    space: str = "r"
    x_column: int = 0
    y_columns: list[int] = field(default_factory=lambda: [1])
    x_factor: float = 1.0
    y_factor: float = 1.0
    warnings: list[str] = field(default_factory=list)

    def to_g(self, x: np.ndarray, y: np.ndarray, hints: Hints) -> Converted:
        """Convert the columns to G(r).

        Parameters
        ----------
        x, y : arrays (n,)
            As they stand in the file.
        hints : dict
            What the header says; its q_min and q_max bound the transform of F(Q) and S(Q).

        Returns
        -------
        Converted

        References
        ----------
        D. A. Keen, J. Appl. Cryst. 34 (2001) 172.

        Examples
        --------
        >>> r = np.array([1.0, 2.0, 4.0])
        >>> Quantity("g(r)").to_g(r, np.array([0.0, 1.5, 1.0]), {}).g
        array([-1.,  1.,  0.])

        r in nanometres, G in 1/nm^2:

        >>> converted = Quantity("G", x_factor=10.0, y_factor=0.01).to_g(r, 100 * r, {})
        >>> converted.r, converted.g
        (array([10., 20., 40.]), array([1., 2., 4.]))
        """
        x, y = x * self.x_factor, y * self.y_factor
        if self.space == "Q":
            return _from_q(self.name, x, y, hints)
        if self.name == "g(r)":
            return Converted(x, x * (y - 1), hints)
        if self.name in ("RMCProfile G(r)", "g(r) - 1"):
            return Converted(x, x * y, hints)
        return Converted(x, y, hints)


def _from_q(name: str, q: np.ndarray, y: np.ndarray, hints: Hints) -> Converted:
    """Transform to G(r) = (2/pi) times the integral of F(Q) sin(Qr) over Q, F = Q (S - 1).

    Farrow and Billinge, Acta Cryst. A 65 (2009) 232, eq. 31. The Q range is the file's, cut to
    the one its header states for the transform where that lies inside.
    """
    if q[0] < 0:
        raise PatternError(f"Q begins at {q[0]:g}; it cannot be negative")
    if not 2.0 <= q[-1] <= 120.0:
        raise PatternError(
            f"Q ends at {q[-1]:g} 1/angstrom, expected 2 to 120; is the column in nm^-1 or an "
            "angle? Convert to 1/angstrom"
        )
    f = {"S(Q)": lambda: q * (y - 1), "S(Q) - 1": lambda: q * y}.get(name, lambda: y)()
    low = max(q[0], float(hints.get("q_min", 0.0)))
    high = min(q[-1], float(hints.get("q_max", np.inf)))
    inside = (q >= low - 1e-9) & (q <= high + 1e-9)
    if np.count_nonzero(inside) < 30:
        low, high, inside = q[0], q[-1], np.ones(len(q), dtype=bool)
    cut = not inside.all()
    q, f = q[inside], f[inside]
    if len(q) < 30:
        raise PatternError(f"only {len(q)} points in Q; at least 30 are needed")
    spacing = float(np.max(np.diff(q)))
    r_max = min(TRANSFORM_R_MAX, 0.9 * np.pi / float(np.median(np.diff(q))))
    if r_max < 5.0:
        raise PatternError(
            f"Q goes in steps of {spacing:g} 1/angstrom, too coarse for distances beyond "
            f"{r_max:.1f} angstrom; export it with steps of 0.05 or less"
        )
    if len(q) > MAX_Q_POINTS:
        grid = np.linspace(q[0], q[-1], MAX_Q_POINTS)
        q, f = grid, np.interp(grid, q, f)
    weights = np.empty(len(q))
    weights[1:-1] = 0.5 * (q[2:] - q[:-2])
    weights[0], weights[-1] = 0.5 * (q[1] - q[0]), 0.5 * (q[-1] - q[-2])
    r = TRANSFORM_R_STEP * np.arange(int(np.floor(r_max / TRANSFORM_R_STEP + 1e-9)) + 1)
    g = np.empty(len(r))
    for start in range(0, len(r), 500):  # bounds the memory
        block = slice(start, start + 500)
        g[block] = np.sin(np.outer(r[block], q)) @ (f * weights)
    g *= 2 / np.pi
    warning = f"{name} was transformed to G(r) over Q = {q[0]:.3g} to {q[-1]:.3g} 1/angstrom" + (
        " (the range in its header)" if cut else " (all of the file)"
    )
    return Converted(r, g, {**hints, "q_min": float(q[0]), "q_max": float(q[-1])}, [warning])
