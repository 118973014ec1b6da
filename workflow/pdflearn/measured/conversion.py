"""From what a measured file holds to G(r): conversions between functions of r, and from Q.

Conventions and their relations: Keen, J. Appl. Cryst. 34 (2001) 172; Peterson et al., J. Appl.
Cryst. 54 (2021) 317; Egami and Billinge, Underneath the Bragg Peaks (2012), ch. 3.
`pdflearn.measured.functions` lists the functions.
"""

from dataclasses import dataclass, field

import numpy as np

from pdflearn.measured.header import Hints
from pdflearn.measured.text import PatternError

TRANSFORM_R_MAX = 60.0  # angstrom
TRANSFORM_R_STEP = 0.01
MAX_Q_POINTS = 20_000
# T(r) must begin below the first peak, where it is 0, and hold several shells of neighbours.
LATEST_START, MIN_DENSITY_R = 1.5, 8.0  # angstrom


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
        One of `pdflearn.measured.functions.FUNCTIONS`.
    space : str
        "r" or "Q".
    x_column, y_columns : int, list of int
        Columns of x and of y; several of y are added.
    x_factor, y_factor : float
        Turn x into angstrom or 1/angstrom, and y likewise where its label names the unit.
    level : float
        What S(Q) tends to at high Q.
    warnings : list of str
        Why it is this function, and what speaks against it.
    """

    name: str
    space: str = "r"
    x_column: int = 0
    y_columns: list[int] = field(default_factory=lambda: [1])
    x_factor: float = 1.0
    y_factor: float = 1.0
    level: float = 1.0
    warnings: list[str] = field(default_factory=list)

    def to_g(self, x: np.ndarray, y: np.ndarray, hints: Hints) -> Converted:
        """Convert the columns to G(r).

        Parameters
        ----------
        x, y : arrays (n,)
            As they stand in the file.
        hints : dict
            What the header says; its q_min and q_max bound the transform of F(Q) and S(Q), its
            rho0 (atoms in 1 cubic angstrom) scales G(r) where the function lacks it.

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
            return _from_q(self.name, x, y - (self.level - 1.0) * (self.name == "S(Q)"), hints)
        if self.name in ("T(r)", "RDF", "rho(r)"):
            return _less_density(self.name, x, y, hints)
        if self.name not in ("g(r)", "RMCProfile G(r)", "g(r) - 1"):
            return Converted(x, y, hints)
        factor, warnings = 1.0, []
        if "rho0" in hints:
            factor = 4 * np.pi * float(hints["rho0"])
            warnings = [
                f"G was multiplied by 4 pi rho0, with rho0 = {hints['rho0']:g} of the header"
            ]
        return Converted(x, factor * x * (y - 1.0 if self.name == "g(r)" else y), hints, warnings)


def _less_density(name: str, r: np.ndarray, y: np.ndarray, hints: Hints) -> Converted:
    """G = T - 4 pi rho0 r, with T(r) itself, T = R(r) / r, or T = r rho(r) up to a factor.

    4 pi rho0 times that factor is the line about which T oscillates far out. It is found from the
    curve, whose scale may be any, and not taken from the density.
    """
    power = {"rho(r)": 0, "T(r)": 1, "RDF": 2}[name]
    inside = r > 0
    r, y = r[inside], y[inside]
    t = y * r ** (1.0 - power)
    slope = _mean_slope(r, t)
    warnings = [
        f"{name}: 4 pi rho0 = {slope:.4g} on the file's scale, from the line about which T(r) "
        "oscillates; G = T - 4 pi rho0 r"
    ]
    if "rho0" in hints and abs(4 * np.pi * float(hints["rho0"]) / slope - 1) > 0.05:
        warnings.append(
            f"the header's rho0 = {hints['rho0']:g} would give {4 * np.pi * hints['rho0']:.4g}: "
            "the scale of the file is another"
        )
    return Converted(r, t - slope * r, hints, warnings)


def _mean_slope(r: np.ndarray, t: np.ndarray) -> float:
    """The slope of the line about which T(r) oscillates.

    Under a smooth window w that ends at R, the integral of w r (T - slope r) is S(0) - 1 for every
    R that holds several periods of the lowest peak in Q, by the definition of S(Q). Windows of
    many R give the slope and that constant by least squares.
    """
    end = float(r[-1])
    if end < MIN_DENSITY_R or r[0] > LATEST_START:
        raise PatternError(
            f"T(r) or R(r) from {r[0]:g} to {end:g} angstrom: the density that it contains can be "
            f"found where it begins below {LATEST_START:g} and reaches {MIN_DENSITY_R:g}; export "
            "G(r) or D(r), from which the density is subtracted"
        )
    lengths = np.linspace(0.6 * end, end, 25)
    window = np.cos(0.5 * np.pi * np.minimum(r / lengths[:, None], 1.0)) ** 6
    moments = np.trapezoid(window * r * t, r, axis=1)
    volumes = np.trapezoid(window * r**2, r, axis=1)
    basis = np.stack([volumes, np.ones(len(lengths))], axis=1)
    return float(np.linalg.lstsq(basis, moments, rcond=None)[0][0])


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
    beyond = [
        f"{key} = {hints[key]:g}"
        for key, step in (("q_min", q[1] - q[0]), ("q_max", q[-1] - q[-2]))
        if key in hints and abs(float(hints[key]) - (low if key == "q_min" else high)) > 2 * step
    ]
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
    if beyond:
        warning += f"; the header's {' and '.join(beyond)} lies outside the file's range"
    return Converted(r, g, {**hints, "q_min": float(q[0]), "q_max": float(q[-1])}, [warning])
