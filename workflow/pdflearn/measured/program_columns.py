"""G(r), F(Q) and S(Q) in the columns that PDFgui, DISCUS and RMCProfile read.

The same letters mean different functions (D. A. Keen, J. Appl. Cryst. 34 (2001) 172). With the
number density rho0, the mean scattering length <b>, and G(r) = 4 pi rho0 r [g(r) - 1] of PDFgui
(Keen's eq. 43), in 1/angstrom^2:

| program | file | columns |
| --- | --- | --- |
| PDFgui | .gr | r, G(r), dr, dG below "##### start data", as PDFgui writes it |
| DISCUS | _discus.gr | r = dr, 2 dr, ..., G(r), dr, weight: `pdf`, `data FILE` |
| RMCProfile | _rmc.gr | number of points, title, then r and <b>^2 [g(r) - 1] (Keen's G, eq. 10) |
| RMCProfile | _rmc.fq | likewise, Q and <b>^2 [S(Q) - 1] (Keen's F, eq. 14) |
| any | .fq, .sq | Q and F(Q) = Q [S(Q) - 1], Q and S(Q), as PDFgetX3 writes them |

RMCProfile's functions of neutrons are in barn. Those of X-rays are divided by <f(Q)>^2, so that
their <b>^2 is 1; that convention was not checked against RMCProfile itself. Its keywords for them
are DATA_TYPE :: G(r) and F(Q).

References
----------
C. L. Farrow et al., J. Phys.: Condens. Matter 19 (2007) 335219 (PDFgui); the subroutine
`pdf_readdata` of DISCUS (github.com/tproffen/DiffuseCode); of RMCProfile
rmcprofile.ornl.gov/data-pre-processing-for-rmcprofile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pdflearn.core.errors import PdflearnError
from pdflearn.structures.elements import neutron_length

PROGRAMS = ("pdfgui", "discus", "rmcprofile")
Q_STEP = 0.02  # 1/angstrom; F(Q) of a curve to 60 angstrom varies over pi / 60 = 0.05
_BARN = 0.01  # 1 fm^2
_RADIATION = {"xray": "X  x-ray scattering", "neutron": "N  neutron scattering"}


class ColumnsError(PdflearnError):
    """A curve cannot be written for a program; says why and what to do."""


@dataclass(frozen=True)
class Curve:
    """A G(r) and what a program is told of it.

    Attributes
    ----------
    r, g : arrays (n,)
        Angstrom, increasing; PDFgui's G(r), 1/angstrom^2.
    title : str
        One line.
    radiation : {"xray", "neutron"}
    q_min, q_max : float
        1/angstrom; F(Q) begins and ends there, or at pi over the step of r where that is less.
    q_damp, q_broad : float
        1/angstrom; 0 is written where they are not known.
    g_errors : array (n,), optional
        Standard deviations of g.
    spectrum : pair of arrays (m,), optional
        Q (1/angstrom) and F(Q) (1/angstrom) where they are known themselves; else F(Q) is the sine
        transform of G(r) over its whole range, and the curve below r[0] a line from 0.
    density : float, optional
        rho0, atoms in 1 cubic angstrom.
    b_squared : float, optional
        <b>^2, see `mean_length_squared`.
    scale : float
        What G(r) must be divided by to be absolute; a refinement finds it.
    """

    r: np.ndarray
    g: np.ndarray
    title: str
    radiation: str = "xray"
    q_min: float = 0.0
    q_max: float = 25.0
    q_damp: float = 0.0
    q_broad: float = 0.0
    g_errors: np.ndarray | None = None
    spectrum: tuple[np.ndarray, np.ndarray] | None = None
    density: float | None = None
    b_squared: float | None = None
    scale: float = 1.0

    @cached_property
    def fq(self) -> tuple[np.ndarray, np.ndarray]:
        """Q above 0 (1/angstrom) and F(Q) (1/angstrom), on the scale of G(r).

        F(Q) is the integral of G(r) sin(Q r) over r (Keen, eqs. 14 and 43), by the trapezoidal
        rule, which adds nothing for a curve that has no waves beyond Q = pi / step.
        """
        if self.spectrum is not None:
            q, f = self.spectrum
            return q[q > 0], f[q > 0]
        step = float(np.median(np.diff(self.r)))
        below = np.arange(0.0, self.r[0] - step / 2, step)
        r = np.concatenate([below, self.r])
        line = self.g[0] / self.r[0] * below if len(below) else below
        g = np.concatenate([line, self.g])
        end = min(self.q_max, np.pi / step)
        first = max(1, int(np.ceil(self.q_min / Q_STEP - 1e-9)))
        q = Q_STEP * np.arange(first, int(end / Q_STEP + 1e-9) + 1)
        weights = np.empty(len(r))
        weights[1:-1] = 0.5 * (r[2:] - r[:-2])
        weights[0], weights[-1] = 0.5 * (r[1] - r[0]), 0.5 * (r[-1] - r[-2])
        f = np.empty(len(q))
        for start in range(0, len(q), 200):  # bounds the memory
            block = slice(start, start + 200)
            f[block] = np.sin(np.outer(q[block], r)) @ (weights * g)
        return q, f


def mean_length_squared(composition: Mapping[str, float], radiation: str) -> float:
    """<b>^2 of a composition: in barn for neutrons, 1 for X-rays, whose functions have none.

    Parameters
    ----------
    composition : mapping
        Number of atoms by symbol.
    radiation : {"xray", "neutron"}

    Examples
    --------
    >>> round(mean_length_squared({"Ni": 4.0}, "neutron"), 3)
    1.061
    """
    if radiation == "xray":
        return 1.0
    total = sum(composition.values())
    mean = sum(share * neutron_length(symbol) for symbol, share in composition.items()) / total
    return _BARN * mean**2


def curve_files(
    curve: Curve, name: str, programs: Iterable[str] = PROGRAMS
) -> tuple[dict[str, str], list[str]]:
    """Write a curve for other programs.

    Parameters
    ----------
    curve : Curve
    name : str
        Names of files begin with it.
    programs : iterable of str
        Of `PROGRAMS`.

    Returns
    -------
    files : dict
        Name of a file -> its text.
    remarks : list of str
        What could not be written, and why.

    Raises
    ------
    ColumnsError
        For a program that is not in `PROGRAMS`.

    Examples
    --------
    >>> r = np.arange(0.01, 10.0, 0.01)
    >>> curve = Curve(r, np.sin(20 * r), "a wave", density=0.09, b_squared=1.0)
    >>> files, remarks = curve_files(curve, "wave")
    >>> sorted(files)
    ['wave.fq', 'wave.gr', 'wave.sq', 'wave_discus.gr', 'wave_rmc.fq', 'wave_rmc.gr']
    >>> files["wave_rmc.gr"].splitlines()[:2]
    ['999', 'a wave: G(r) = g(r) - 1, r in angstrom, x-ray']
    """
    files, remarks = {}, []
    for program in require_programs(programs):
        for ending, write in _WRITERS[program].items():
            try:
                files[f"{name}{ending}"] = write(curve)
            except ColumnsError as error:
                remarks.append(f"{name}{ending}: {error}")
    files[f"{name}.fq"] = _fq_text(curve)
    files[f"{name}.sq"] = _sq_text(curve)
    return files, remarks


def require_programs(programs: Iterable[str]) -> list[str]:
    """Raise where one of the names is not in `PROGRAMS`; return them."""
    names = list(programs)
    for name in names:
        if name not in PROGRAMS:
            raise ColumnsError(f"program {name!r}; expected some of {', '.join(PROGRAMS)}")
    return names


def pdfgui_text(curve: Curve) -> str:
    """A .gr file as PDFgui has it; dG is 1 where no errors are known, dr is 0."""
    lines = [
        "History written: by pdflearn",  # PDFfit2 skips a header that begins so
        "##### PDFgui",
        f"# {_line(curve.title)}",
        f"stype={_RADIATION[curve.radiation]}",
        f"qmax={curve.q_max:.2f}",
        f"qdamp={curve.q_damp:g}",
        f"qbroad={curve.q_broad:g}",
        "dscale=1",
        "##### start data",
        "#L r(A) G(r) d_r d_Gr",
    ]
    errors = np.ones(len(curve.r)) if curve.g_errors is None else curve.g_errors
    lines += [
        f"{r:.8g} {g:.8g} 0.0 {error:.6g}"
        for r, g, error in zip(curve.r, curve.g, errors, strict=True)
    ]
    return "\n".join(lines) + "\n"


def discus_text(curve: Curve) -> str:
    """Four columns for DISCUS, whose r must begin at the step itself and go in equal steps.

    G(r) is interpolated where it does not; below the first value it is a line from 0. All weights
    are 1, so the range that is fitted is to be given to DISCUS (`set frange`).
    """
    step = float(np.median(np.diff(curve.r)))
    step = float(f"{step:.6g}")
    r = step * np.arange(1, int(curve.r[-1] / step + 1e-6) + 1)
    g = np.interp(r, np.concatenate([[0.0], curve.r]), np.concatenate([[0.0], curve.g]))
    known = curve.r > 0
    first = curve.r[known][0]
    lines = [
        f"# {_line(curve.title)}",
        f"# radiation = {curve.radiation}",
        f"# set qmax, {curve.q_max:g}",
        f"# set frange, {max(first, r[0]):.6g}, {r[-1]:.6g}",
        "# r (A)  G(r) (1/A^2)  dr  weight",
        *(f"{x:.8g} {y:.8g} 0.0 1.0" for x, y in zip(r, g, strict=True)),
    ]
    return "\n".join(lines) + "\n"


def _rmc_gr(curve: Curve) -> str:
    if curve.density is None:
        raise ColumnsError(
            "RMCProfile's G(r) needs the number density; give --structure, or --density"
        )
    inside = curve.r > 0
    r, g = curve.r[inside], curve.g[inside] / curve.scale
    factor = _b_squared(curve) / (4 * np.pi * curve.density)
    return _counted(r, factor * g / r, f"{_line(curve.title)}: {_meaning('G(r)', 'g(r)', curve)}")


def _rmc_fq(curve: Curve) -> str:
    q, f = curve.fq
    y = _b_squared(curve) * f / curve.scale / q
    return _counted(q, y, f"{_line(curve.title)}: {_meaning('F(Q)', 'S(Q)', curve)}")


def _b_squared(curve: Curve) -> float:
    if curve.b_squared is None:
        raise ColumnsError(
            "RMCProfile's functions need the composition; give --structure, or --elements FORMULA"
        )
    return curve.b_squared


def _meaning(name: str, inner: str, curve: Curve) -> str:
    x = "r in angstrom" if name == "G(r)" else "Q in 1/angstrom"
    if curve.radiation == "xray":
        return f"{name} = {inner} - 1, {x}, x-ray"
    return f"{name} = <b>^2 [{inner} - 1] in barn, {x}, neutron"


def _counted(x: np.ndarray, y: np.ndarray, title: str) -> str:
    rows = (f"{a:.8g} {b:.8g}" for a, b in zip(x, y, strict=True))
    return "\n".join([str(len(x)), title, *rows]) + "\n"


def _fq_text(curve: Curve) -> str:
    q, f = curve.fq
    return _pairs(q, f, curve, "Q (1/A)  F(Q) = Q [S(Q) - 1] (1/A)")


def _sq_text(curve: Curve) -> str:
    q, f = curve.fq
    return _pairs(q, 1 + f / q, curve, "Q (1/A)  S(Q)")


def _pairs(x: np.ndarray, y: np.ndarray, curve: Curve, labels: str) -> str:
    stated = f"# radiation = {curve.radiation}"
    rows = (f"{a:.8g} {b:.8g}" for a, b in zip(x, y, strict=True))
    return "\n".join([f"# {_line(curve.title)}", stated, f"# {labels}", *rows]) + "\n"


def _line(text: str) -> str:
    """Text on one line of printable ASCII characters, as old readers want it."""
    plain = text.encode("ascii", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())


_WRITERS = {
    "pdfgui": {".gr": pdfgui_text},
    "discus": {"_discus.gr": discus_text},
    "rmcprofile": {"_rmc.gr": _rmc_gr, "_rmc.fq": _rmc_fq},
}
