"""Patterns as an experiment makes them: drawn instrument and sample parameters, one grid.

Every draw is seeded by the study's seed and the structure's identity, so a structure's patterns
are the same bytes whatever the shard, the order or the number of cores.
"""

import hashlib
from typing import Any

import numpy as np
from diffpy.structure import Structure
from scipy.interpolate import CubicSpline
from scipy.stats import qmc

from pdflearn.scattering import PDFSimulator, SimulationError

# delta2 sharpens near peaks by 1 - delta2 / r^2; half of the shortest distance squared keeps every
# width real.
DELTA2_CAP = 0.5

# What a reference pattern is made with: one instrument, one U, X-rays, no size, no strain.
REFERENCE = {
    "q_min": 0.5, "q_max": 25.0, "q_damp": 0.03, "q_broad": 0.0, "u_iso": 0.006,
    "delta2": 0.0, "strain": 0.0, "diameter": None,
}  # fmt: skip

RANGES = ("q_min", "q_max", "q_damp", "q_broad", "u_iso", "delta2", "strain", "diameter")
LOGARITHMIC = ("u_iso", "diameter")
INDEX_COLUMNS = ["id", "radiation", "draw", *RANGES]
REFUSED_COLUMNS = ["id", "radiation", "reason"]


def seed_of(*parts: object) -> int:
    """A seed (64 bits) from what identifies a thing, never from its place in a list."""
    text = "\0".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def make_grid(r_min: float, r_max: float, r_step: float) -> np.ndarray:
    """The grid r_min, r_min + r_step, ... up to and with r_max where it is hit, in angstrom."""
    n = int(np.floor((r_max - r_min) / r_step + 1e-6)) + 1
    return r_min + r_step * np.arange(n)


def grid_of(settings: dict[str, float]) -> tuple[float, float, int]:
    """The grid's start, step (angstrom) and number of points, as the features want it."""
    return settings["r_min"], settings["r_step"], len(make_grid(**settings))


def regrid(r: np.ndarray, g: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """A measured curve on the study's grid by cubic splines; zero where it was not measured.

    Parameters
    ----------
    r, g : arrays (n,)
        r increasing, in angstrom.
    grid : array (points,)
    """
    inside = (grid >= r[0]) & (grid <= r[-1])
    values = np.zeros(len(grid))
    values[inside] = CubicSpline(r, g)(grid[inside])
    return values


def draw_parameters(
    seed: int, n: int, ranges: dict[str, list[float]], bulk_fraction: float, shortest: float
) -> list[dict[str, float | None]]:
    """Draw n sets of parameters by Latin hypercube (M. D. McKay, Technometrics 21 (1979) 239).

    Parameters
    ----------
    seed : int
    n : int
    ranges : dict of [low, high]
        For each of `RANGES`; u_iso (angstrom^2) and diameter (angstrom) are drawn evenly in their
        logarithm, strain is a fraction of the length (0.02 stretches by 2 %).
    bulk_fraction : float
        Share of draws without a particle size.
    shortest : float
        Shortest distance of the structure in angstrom, which caps delta2.

    Returns
    -------
    list of dict
        One for each draw; diameter is None for bulk.
    """
    unit = qmc.LatinHypercube(len(RANGES) + 1, rng=np.random.default_rng(seed)).random(n)
    draws = []
    for row in unit:
        values: dict[str, float | None] = {}
        for name, x in zip(RANGES, row, strict=False):
            low, high = ranges[name]
            if name in LOGARITHMIC:
                values[name] = float(low * (high / low) ** x)
            else:
                values[name] = float(low + (high - low) * x)
        values["delta2"] = min(values["delta2"], DELTA2_CAP * shortest**2)
        if row[-1] < bulk_fraction:
            values["diameter"] = None
        draws.append(values)
    return draws


def _on_grid(
    simulator: PDFSimulator, grid: dict[str, float], draw: dict[str, float | None]
) -> np.ndarray:
    r = make_grid(**grid)
    end = float(r[-1]) + 0.5 * grid["r_step"]  # the simulator's grid ends below r_max
    _, g = simulator.pdf(**draw, r_min=grid["r_min"], r_max=end, r_step=grid["r_step"])
    return g.astype(np.float32)


def simulate_reference(structure: Structure, grid: dict[str, float]) -> np.ndarray:
    """One pattern with the settings of `REFERENCE`, to compare structures: (points,), float32."""
    simulator = PDFSimulator(structure, r_max=grid["r_max"] + grid["r_step"])
    return _on_grid(simulator, grid, REFERENCE)


def simulate_draws(
    structure: Structure, identity: str, settings: dict[str, Any], seed: int
) -> tuple[list[dict[str, Any]], np.ndarray, list[dict[str, str]]]:
    """Simulate one structure's patterns for each radiation asked for.

    Parameters
    ----------
    structure : Structure
    identity : str
        The structure's id; seeds the draws.
    settings : dict
        The `simulate` section of the config.
    seed : int
        The study's seed.

    Returns
    -------
    rows : list of dict
        Radiation, number of the draw and its parameters.
    patterns : array (n, points), float32, angstrom^-2
        G(r) on the study's grid.
    refused : list of dict
        id, radiation and reason where the simulator cannot do it.
    """
    grid = settings["grid"]
    stretch = 1 + max(abs(limit) for limit in settings["ranges"]["strain"])
    finite = not getattr(structure, "periodic", True)
    rows, curves, refused = [], [], []
    for radiation, n in settings["draws"].items():
        if n == 0:
            continue
        try:
            simulator = PDFSimulator(
                structure,
                radiation=radiation,
                form_factor=settings["form_factor"],
                r_max=grid["r_max"] * stretch + grid["r_step"],
            )
        except SimulationError as error:
            refused.append({"id": identity, "radiation": radiation, "reason": str(error)})
            continue
        draws = draw_parameters(
            seed_of(seed, identity, radiation),
            n,
            settings["ranges"],
            settings["bulk_fraction"],
            simulator.minimum_distance,
        )
        for number, draw in enumerate(draws):
            if finite:  # a cluster has its own size
                draw["diameter"] = None
            rows.append({"id": identity, "radiation": radiation, "draw": number, **draw})
            curves.append(_on_grid(simulator, grid, draw))
    points = len(make_grid(**grid))
    return rows, np.array(curves, dtype=np.float32).reshape(len(rows), points), refused
