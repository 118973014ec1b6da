"""Patterns as an experiment makes them: drawn instrument and sample parameters, one grid.

Every draw is seeded by the study's seed and the structure's identity, so a structure's patterns
are the same bytes whatever the shard, the order or the number of cores.
"""

from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np
from diffpy.structure import Structure

from pdflearn.core.columns import DRAWN
from pdflearn.core.grid import Grid
from pdflearn.core.seeds import seed_of
from pdflearn.simulation.contrast import contrasts
from pdflearn.simulation.parameters import SimulationError
from pdflearn.simulation.reference import on_grid, simulate_reference
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.structures.relations import SimplerType
from pdflearn.structures.structure import shortest_distance

# delta2 narrows the peaks of near neighbours: their variance is multiplied by 1 - delta2 / r^2
# (I.-K. Jeong et al., J. Phys. Chem. A 103 (1999) 921). Three quarters of the shortest distance
# squared leave half of the first peak's width; fits of CdSe particles come near that.
DELTA2_CAP = 0.75
# Strain, of more than a tenth, must not use up what is left: at r^2 no width remains.
DELTA2_LIMIT = 0.95

# A third of the draws strain the axes against each other: it costs the sum over pairs anew. Taken
# from the digits of the number that decides on the particle size, so it depends on that not at all.
AXIAL_PERIOD = 1e-3

LOGARITHMIC = ("u_iso", "diameter", "noise")
REJECTED_COLUMNS = ["id", "radiation", "reason"]
CONTRAST_COLUMNS = ["id", "radiation", "position", "simpler_type", "contrast"]


def draw_parameters(
    seed: int,
    n: int,
    ranges: dict[str, list[float]],
    bulk_fraction: float,
    simulator: PDFSimulator,
    axes: np.ndarray,
    all_axial: bool = False,
) -> list[dict[str, Any]]:
    """Draw n sets of parameters by Latin hypercube (M. D. McKay, Technometrics 21 (1979) 239).

    Parameters
    ----------
    seed : int
    n : int
    ranges : dict of [low, high]
        For each of `columns.DRAWN`; those of `LOGARITHMIC` are drawn evenly in their logarithm.
    bulk_fraction : float
        Share of draws without a particle size.
    simulator : PDFSimulator
        Of the structure: its shortest distance caps delta2, its elements have a U each.
    axes : array of int (3,)
        Which of a, b, c are free of each other; see `free_axes`.
    all_axial : bool
        Strain the axes in every draw, not in a third of them.

    Returns
    -------
    list of dict
        One for each draw, keys as in `columns.PATTERN`, and u_factors (species -> factor of u_iso).
        diameter is None for bulk.
    """
    elements = sorted(simulator.species)
    unit = latin_hypercube(n, len(DRAWN) + 4 + len(elements), seed)
    draws = []
    for row in unit:
        draw: dict[str, Any] = {}
        for name, x in zip(DRAWN, row, strict=False):
            low, high = ranges[name]
            if name in LOGARITHMIC:
                draw[name] = float(low * (high / low) ** x)
            else:
                draw[name] = float(low + (high - low) * x)
        draw["delta2"] = min(draw["delta2"], DELTA2_CAP * simulator.minimum_distance**2)
        rest = row[len(DRAWN) :]
        if rest[0] < bulk_fraction:
            draw["diameter"] = None
        low, high = ranges["axial_strain"]
        axial = (low + (high - low) * rest[1:4])[axes]
        # the mean change of length is the isotropic strain's
        strained = all_axial or rest[0] % AXIAL_PERIOD < AXIAL_PERIOD / 3
        axial = axial - axial.mean() if strained and len(set(axes)) > 1 else np.zeros(3)
        shrunk = simulator.minimum_distance * (1 + draw["strain"] + axial.min())
        draw["delta2"] = min(draw["delta2"], float(DELTA2_LIMIT * shrunk**2))
        draw |= {f"strain_{axis}": float(x) for axis, x in zip("abc", axial, strict=True)}
        low, high = ranges["u_ratio"]
        draw["u_factors"] = {
            element: float(low * (high / low) ** x)
            for element, x in zip(elements, rest[4:], strict=True)
        }
        draws.append(draw)
    return draws


def latin_hypercube(n: int, dimensions: int, seed: int) -> np.ndarray:
    """Points (n, dimensions) in the unit cube, one in each of n equal slices of every dimension.

    The same as scipy.stats.qmc.LatinHypercube, whose import takes longer than a small shard.

    Notes
    -----
    M. D. McKay, R. J. Beckman and W. J. Conover, Technometrics 21 (1979) 239.
    """
    (random,) = np.random.default_rng(seed).spawn(1)
    within = random.uniform(size=(n, dimensions))
    slices = np.tile(np.arange(1, n + 1), (dimensions, 1))
    for one in slices:
        random.shuffle(one)
    return (slices.T - within) / n


def free_axes(structure: Structure) -> np.ndarray:
    """For each of a, b, c the first axis as long: cubic (0, 0, 0), hexagonal (0, 0, 2)."""
    lengths = np.array(structure.lattice.abcABG()[:3])
    return np.array([np.flatnonzero(np.isclose(lengths, x, rtol=1e-4))[0] for x in lengths])


def strained_distance(structure: Structure, nearest: float, draw: dict[str, Any]) -> float:
    """The shortest distance in a draw, angstrom: strain moves it, along each axis by its own.

    Parameters
    ----------
    structure : Structure
    nearest : float
        Its shortest distance without strain, angstrom.
    draw : dict
        strain, strain_a, strain_b, strain_c.
    """
    axial = np.array([draw[f"strain_{axis}"] for axis in "abc"])
    if not axial.any():
        return nearest * (1 + draw["strain"])
    strained = deepcopy(structure)
    factors = 1 + draw["strain"] + axial
    lengths = np.array(structure.lattice.abcABG()[:3]) * factors
    strained.lattice.setLatPar(**dict(zip("abc", lengths, strict=True)))
    return shortest_distance(strained)


def largest_q(settings: dict[str, Any]) -> float:
    """The largest q_max that any draw can have, 1/angstrom."""
    ranges = [settings["ranges"], *settings["stress"].values()]
    return max(own["q_max"][1] for own in ranges if "q_max" in own)


class Simulated(NamedTuple):
    """The patterns of one structure.

    Attributes
    ----------
    rows : list of dict
        One a pattern: id, radiation, condition, index of the draw and what was drawn.
    patterns : array (n, points), float32
        G(r) in angstrom^-2, one row a pattern.
    rejected : list of dict
        id, radiation and reason where the structure cannot be simulated.
    """

    rows: list[dict[str, Any]]
    patterns: np.ndarray
    rejected: list[dict[str, str]]


class MeasurementNoise:
    """What a measurement adds to G(r): counting noise and a smooth error of the background.

    Both are made in Q, where they arise, and transformed as the data are:
    G(r) = (2 / pi) sum F(Q) sin(Q r) dQ between q_min and q_max (T. Egami and S. J. L. Billinge,
    Underneath the Bragg Peaks (2012), chapter 3).

    Parameters
    ----------
    r : array (points,)
        The study's grid, angstrom.
    q_max : float
        Largest Q that is ever asked for, 1/angstrom.
    """

    STEP = 0.03  # 1/angstrom: aliases lie beyond pi / 0.03 = 105 angstrom
    SPURIOUS = (0.1, 1.4)  # angstrom: an error that is smooth in Q is a false peak at short r

    def __init__(self, r: np.ndarray, q_max: float) -> None:
        self.r = r
        self.q = np.arange(self.STEP, q_max + self.STEP, self.STEP)
        self._sine = np.sin(np.outer(r, self.q)) * (2 / np.pi * self.STEP)

    def __call__(
        self, g: np.ndarray, draw: dict[str, Any], random: np.random.Generator
    ) -> np.ndarray:
        """The pattern (points,) with noise and background of the draw's size.

        noise and background are root mean squares beyond 1.5 angstrom relative to the pattern's.
        The noise of F(Q) = Q (S(Q) - 1) grows with Q, as counting noise does when it is
        multiplied by Q and divided by the falling form factor.
        """
        inside = (self.q >= draw["q_min"]) & (self.q <= draw["q_max"])
        noise = np.where(inside, self.q * random.normal(size=len(self.q)), 0.0)
        places = random.uniform(*self.SPURIOUS, size=3)
        heights = random.normal(size=3)
        smooth = np.where(inside, heights @ np.sin(np.outer(places, self.q)), 0.0)
        far = self.r >= 1.5
        size = np.sqrt(np.mean(g[far] ** 2))
        for name, spectrum in (("noise", noise), ("background", smooth)):
            added = self._sine @ spectrum * np.exp(-0.5 * (self.r * draw["q_damp"]) ** 2)
            g = g + added * (draw[name] * size / np.sqrt(np.mean(added[far] ** 2)))
        return g


def type_contrasts(
    structure: Structure,
    simpler: list[SimplerType],
    grid: Grid,
    radiations: list[str],
) -> dict[tuple[str, str], float]:
    """How much of the reference pattern beyond 1.5 angstrom tells it from each simpler type.

    See `contrast.contrasts`; a radiation that cannot be simulated must not be asked for.
    """
    far = grid.r >= 1.5
    simulators = {
        radiation: lambda one, radiation=radiation: simulate_reference(one, grid, radiation)[far]
        for radiation in radiations
    }
    return contrasts(structure, simpler, simulators)


def simulate_draws(
    structure: Structure,
    identity: str,
    draws_by_radiation: dict[str, int],
    settings: dict[str, Any],
    conditions: dict[str, dict[str, Any]],
    seed: int,
    noise: MeasurementNoise,
) -> Simulated:
    """Simulate one structure's patterns for each radiation asked for.

    Parameters
    ----------
    structure : Structure
    identity : str
        The structure's id; seeds the draws.
    draws_by_radiation : dict
        How many patterns with each radiation.
    settings : dict
        The `simulate` section of the config.
    conditions : dict
        Beside the nominal draws, one X-ray draw under each of these conditions:
        name -> ranges that differ, or r_limit beyond which nothing was measured (angstrom).
    seed : int
        The study's seed.
    noise : MeasurementNoise
        For the study's grid and largest q_max.

    Returns
    -------
    Simulated
    """
    grid, ranges = Grid(**settings["grid"]), settings["ranges"]
    stretch = 1 + max(abs(x) for name in ("strain", "axial_strain") for x in ranges[name]) * 2
    finite = not getattr(structure, "periodic", True)
    axes = np.zeros(3, dtype=int) if finite else free_axes(structure)
    nearest = shortest_distance(structure)
    rows, curves, rejected = [], [], []
    for radiation, n in draws_by_radiation.items():
        if n == 0:
            continue
        try:
            simulator = PDFSimulator(
                structure,
                radiation=radiation,
                form_factor=settings["form_factor"],
                r_max=grid.r_max * stretch + grid.r_step,
            )
        except SimulationError as error:
            rejected.append({"id": identity, "radiation": radiation, "reason": str(error)})
            continue
        stress = conditions if radiation == "xray" else {}
        for condition, changes in {"nominal": {}, **stress}.items():
            draw_seed = seed_of(seed, identity, radiation, condition)
            own = {**ranges, **{k: v for k, v in changes.items() if k in ranges}}
            bulk = settings["bulk_fraction"] if "diameter" not in changes else 0.0
            n_draws = n if condition == "nominal" else 1
            draws = draw_parameters(
                draw_seed, n_draws, own, bulk, simulator, axes, "axial_strain" in changes
            )
            for number, draw in enumerate(draws):
                if finite:  # a cluster has its own size
                    draw["diameter"] = None
                random = np.random.default_rng(seed_of(draw_seed, number))
                g = noise(on_grid(simulator, grid, draw), draw, random)
                g[noise.r > changes.get("r_limit", np.inf)] = 0.0
                curves.append(g)
                del draw["u_factors"]
                draw["nearest_neighbour"] = strained_distance(structure, nearest, draw)
                place = {"id": identity, "radiation": radiation, "condition": condition}
                rows.append({**place, "draw": number, **draw})
    arrays = np.array(curves, dtype=np.float32).reshape(len(rows), grid.points)
    return Simulated(rows, arrays, rejected)
