"""What a curve's own numbers say of the function that it shows, whatever its labels say.

The functions of total scattering differ below the first peak (a line from 0, a plateau, zero) and
far out (0, 1, growing as r or r^2): D. A. Keen, J. Appl. Cryst. 34 (2001) 172; P. F. Peterson et
al., J. Appl. Cryst. 54 (2021) 317.
"""

import itertools
from dataclasses import dataclass

import numpy as np

LOW_R = (0.1, 1.2)  # angstrom; the shortest bonds but those of hydrogen begin beyond
FIRST_PEAKS = 8.0  # 1/angstrom, below which the first peaks of any S(Q) lie
LOW_Q = 0.8  # of where the first of them begins to rise
FEW = 6  # points that show no shape
# The mean of a G(r) beyond half its range is below 0.05 of its root mean square, that of a g(r),
# which has its peaks above 0 alone, 0.3 and more.
NO_MEAN = 0.15
# Half of the power of F(Q) of a crystal lies below 9 1/angstrom where its atoms move as at room
# temperature (u of 0.005 angstrom^2), below 15 in the cold. Half of that of G(r) lies beyond 9
# angstrom, but for small particles and strong damping, where nothing is said. Found with simulated
# Ni, Si and diamond, u from 0.0015 to 0.015, q_damp from 0.015 to 0.05.
Q_EXTENT, R_EXTENT = 10.5, 9.3


@dataclass(frozen=True)
class Shape:
    """How a curve begins and ends.

    Attributes
    ----------
    small : {"line", "plateau", "zero", ""}
        Below the first peak; "" where it cannot be told.
    large : {"0", "1", "constant", "r", "r^2", ""}
        On average, far out.
    level : float
        The mean far out.
    """

    small: str
    large: str
    level: float

    def admits(self, small: str, large: str) -> bool:
        """Whether a function with these limits may look so."""
        if small == "zero" and self.small in ("line", "plateau"):
            return False
        # What is zero there may have been set to zero.
        if small in ("line", "plateau") and self.small not in (small, "zero", ""):
            return False
        if large == "constant":
            return self.large in ("constant", "1", "")
        return not (large and self.large) or large == self.large


def shape_of_r(r: np.ndarray, y: np.ndarray) -> Shape:
    """The shape of a function of r (angstrom)."""
    rms = _rms(y[r > 1.2]) if np.any(r > 1.2) else _rms(y)
    low = (r >= LOW_R[0]) & (r <= LOW_R[1])
    small = _small(r[low], y[low], rms)
    start, end = r[0], r[-1]
    middle = (r > start + 0.3 * (end - start)) & (r <= start + 0.65 * (end - start))
    last = r > start + 0.65 * (end - start)
    if not middle.any() or not last.any():
        return Shape(small, "", 0.0)
    means = float(y[middle].mean()), float(y[last].mean())
    if min(means) <= 0 or max(means) < NO_MEAN * rms:
        return Shape(small, "0", means[1])
    power = np.log(means[1] / means[0]) / np.log(r[last].mean() / r[middle].mean())
    if abs(power) < 0.35:
        level = float(np.mean(means))
        return Shape(small, "1" if abs(level - 1) < 0.2 else "constant", level)
    for whole, name in ((1, "r"), (2, "r^2")):
        if abs(power - whole) < 0.35:
            return Shape(small, name, means[1])
    return Shape(small, "", means[1])


def shape_of_q(q: np.ndarray, y: np.ndarray) -> Shape:
    """The shape of a function of Q (1/angstrom)."""
    high = q > q[0] + 0.7 * (q[-1] - q[0])
    level, spread = float(y[high].mean()), float(y[high].std())
    among = q < FIRST_PEAKS
    peak = q[int(np.argmax(y > y[among].max() / 3))] if among.any() else 0.0
    low = (q > 0) & (q < LOW_Q * peak)
    small = _small(q[low], y[low], _rms(y)) or _base_line(q, y)
    if abs(level - 1) < 0.25 and spread < 1:
        large = "1"
    else:
        large = "0" if abs(level) < 0.25 else ""
    return Shape(small, large, level)


def _small(x: np.ndarray, y: np.ndarray, rms: float) -> str:
    """Line, plateau or zero, of the part of a curve below its first peak."""
    if len(x) < FEW:
        return ""
    size = float(np.mean(y**2))
    if np.sqrt(size) < 0.03 * rms:
        return "zero"
    mean = float(y.mean())
    slope = float(x @ y / (x @ x))
    line = float(np.mean((y - slope * x) ** 2))
    plateau = float(np.mean((y - mean) ** 2))
    if slope < 0 and line < 0.25 * size and line < 0.5 * plateau:
        return "line"
    if mean < 0 and plateau < 0.25 * size and plateau < 0.5 * line:
        return "plateau"
    return ""


def _base_line(q: np.ndarray, y: np.ndarray) -> str:
    """Line or plateau, of what lies between the sharp peaks of a crystal.

    There F(Q) = -a Q exp(-u Q^2) and S(Q) - 1 = -c exp(-u Q^2): the thermal diffuse scattering is
    what the peaks lose.
    """
    edges = np.linspace(max(q[0], 0.3), min(q[-1], 15.0), 16)
    if edges[-1] - edges[0] < 5.0:
        return ""
    parts = [(q >= low) & (q < high) for low, high in itertools.pairwise(edges)]
    centres = 0.5 * (edges[1:] + edges[:-1])
    base = np.array([np.quantile(y[part], 0.25) if part.any() else 0.0 for part in parts])
    size = float(base @ base)
    left = {}
    for name, power in (("line", 1), ("plateau", 0)):
        models = centres**power * np.exp(-np.linspace(0.0, 0.05, 26)[:, None] * centres**2)
        scales = (models @ base) / np.sum(models**2, axis=1)
        rest = np.sum((base - scales[:, None] * models) ** 2, axis=1)
        left[name] = float(np.min(np.where(scales < 0, rest, np.inf)))
    best = min(left, key=left.__getitem__)
    other = left["plateau" if best == "line" else "line"]
    return best if left[best] < 0.1 * size and left[best] < 0.45 * other else ""


def _rms(y: np.ndarray) -> float:
    return float(np.sqrt(np.mean(y**2))) if len(y) else 0.0


# ------------------------------------------------------------ of r, or of Q


def space_of(x: np.ndarray, wave: np.ndarray) -> str:
    """Tell a function of Q of a crystal from one of r: "Q", "r", or "" where it may be either.

    F(Q) = Q (S - 1) fades with Q, as exp(-u Q^2), within 25 1/angstrom, while it oscillates with
    all distances that the instrument resolves, to some 50 angstrom. G(r) = r (g - 1) reaches
    as far as the instrument resolves and oscillates with the Q that F(Q) has left. So one
    is the other with its two extents exchanged. Of small particles and glasses both fade, and
    nothing is said.

    Parameters
    ----------
    x, wave : arrays (n,)
        The argument, and the part of the curve that oscillates about 0 with its envelope.
    """
    begin = x >= 1.2
    x, wave = x[begin], wave[begin]
    if len(x) < 50 or x[-1] < 12.0:
        return ""
    even = np.linspace(x[0], x[-1], len(x))
    wave = np.interp(even, x, wave)
    wave = wave - wave.mean()
    power = np.cumsum(wave**2)
    total = power[-1]
    if not 0 < total < np.inf or np.max(wave**2) > 0.3 * total:
        return ""  # nothing, or one point that is wrong
    half = float(even[np.searchsorted(power, 0.5 * total)])
    conjugate = _half_of_spectrum(even, wave)
    if conjugate > Q_EXTENT and 3.5 < half < 15.0 and conjugate > 1.2 * half:
        return "Q"
    if conjugate < half and half > R_EXTENT and conjugate < 10.5:
        return "r"
    return ""


def _half_of_spectrum(x: np.ndarray, wave: np.ndarray) -> float:
    """The wave number below which half of a curve's power lies."""
    window = np.sin(np.pi * np.arange(len(x)) / (len(x) - 1))
    power = np.cumsum(np.abs(np.fft.rfft(wave * window)) ** 2)
    index = int(np.searchsorted(power, 0.5 * power[-1]))
    return float(2 * np.pi * index / (len(x) * (x[1] - x[0])))
