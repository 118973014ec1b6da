"""Patterns as an experiment makes them: with drawn parameters and noise, on the study's grid.

Every draw is seeded by the study's seed and the structure's id, so a structure's patterns are the
same bytes whatever the shard, the order or the number of cores.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from diffpy.structure import Structure

from pdflearn.core.columns import DRAWN
from pdflearn.core.grid import Grid
from pdflearn.core.seeds import seed_of
from pdflearn.simulation.kernels import NEAR
from pdflearn.simulation.noise import MeasurementNoise
from pdflearn.simulation.parameters import SimulationError
from pdflearn.simulation.reference import simulate_on_grid
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.simulation.simulators import Simulators
from pdflearn.structures.atoms import Atoms
from pdflearn.structures.structure import make_structure, shortest_distance

# delta2 narrows the peaks of near neighbours: their variance is multiplied by 1 - delta2 / r^2
# (I.-K. Jeong et al., J. Phys. Chem. A 103 (1999) 921). At this share of the shortest distance
# squared half of the first peak's width is left; fits of CdSe particles come near that.
DRAWN_DELTA2_SHARE = 0.75
# A large compression must not use up what is left: at r^2 no width remains.
STRAINED_DELTA2_SHARE = 0.95
# Share of the draws in which the axes are strained against each other; each costs a new sum over
# pairs.
AXIAL_SHARE = 1 / 3

LOGARITHMIC = ("u_iso", "diameter", "noise")
REJECTED_COLUMNS = ["id", "radiation", "reason"]


def draw_parameters(
    seed: int,
    n: int,
    ranges: dict[str, list[float]],
    bulk_fraction: float,
    simulator: PDFSimulator,
    axes: Sequence[int],
    all_axial: bool = False,
) -> list[dict[str, Any]]:
    """Draw sets of sample and instrument parameters by Latin hypercube sampling.

    Parameters
    ----------
    seed : int
    n : int
        Number of draws.
    ranges : dict of [low, high]
        For each of `columns.DRAWN`, for axial_strain (relative) and u_ratio (the U of an element
        over u_iso). Those of `LOGARITHMIC` and u_ratio are drawn evenly in their logarithm.
    bulk_fraction : float
        Share of draws without a particle size.
    simulator : PDFSimulator
        Of the structure: its shortest distance limits delta2, each of its elements has its own U.
    axes : three int
        Which of a, b and c have equal lengths; see `free_axes`.
    all_axial : bool
        Strain the axes against each other in every draw, not in `AXIAL_SHARE` of them (default).

    Returns
    -------
    list of dict
        One for each draw: the keys of `columns.DRAWN`, strain_a, strain_b, strain_c and u_factors
        (species -> factor of u_iso). diameter is None for bulk.

    See Also
    --------
    reference.simulate_on_grid : the pattern of a draw.

    References
    ----------
    M. D. McKay, R. J. Beckman and W. J. Conover, Technometrics 21 (1979) 239.

    Examples
    --------
    >>> from pdflearn.structures.structure import make_structure
    >>> polonium = make_structure((3.359, 3.359, 3.359, 90, 90, 90), ["Po"], [[0, 0, 0]])
    >>> ranges = {
    ...     "q_min": [0.3, 1.2], "q_max": [17.0, 28.0], "q_damp": [0.01, 0.06],
    ...     "q_broad": [0.0, 0.03], "u_iso": [0.003, 0.02], "delta2": [0.0, 4.0],
    ...     "strain": [-0.02, 0.02], "diameter": [15.0, 100.0], "noise": [0.003, 0.05],
    ...     "background": [0.0, 0.08], "r_offset": [-0.02, 0.02],
    ...     "axial_strain": [-0.015, 0.015], "u_ratio": [0.7, 1.5],
    ... }
    >>> draws = draw_parameters(
    ...     1, 100, ranges, 0.5, PDFSimulator(polonium), free_axes((3.359, 3.359, 3.359))
    ... )
    >>> all(17.0 <= draw["q_max"] <= 28.0 for draw in draws)
    True
    >>> sum(draw["diameter"] is None for draw in draws)
    50
    """
    elements = sorted(simulator.species)
    samples = latin_hypercube(n, len(DRAWN) + 4 + len(elements), seed).tolist()
    shortest, may_strain = simulator.minimum_distance, len(set(axes)) > 1
    draws = []
    for sample in samples:
        draw: dict[str, Any] = {}
        for name, x in zip(DRAWN, sample, strict=False):
            low, high = ranges[name]
            draw[name] = low * (high / low) ** x if name in LOGARITHMIC else low + (high - low) * x
        draw["delta2"] = min(draw["delta2"], DRAWN_DELTA2_SHARE * shortest**2)
        bulk_number, *axial_numbers = sample[len(DRAWN) : len(DRAWN) + 4]
        bulk, axial_strained = _bulk_and_axial(bulk_number, bulk_fraction)
        if bulk:
            draw["diameter"] = None
        axial = [0.0, 0.0, 0.0]
        if (all_axial or axial_strained) and may_strain:
            low, high = ranges["axial_strain"]
            axial = [low + (high - low) * axial_numbers[axis] for axis in axes]
            # the mean change of length is the isotropic strain's
            mean = sum(axial) / 3
            axial = [x - mean for x in axial]
        shrunk = shortest * (1 + draw["strain"] + min(axial))
        draw["delta2"] = min(draw["delta2"], STRAINED_DELTA2_SHARE * shrunk**2)
        draw |= {f"strain_{axis}": x for axis, x in zip("abc", axial, strict=True)}
        low, high = ranges["u_ratio"]
        draw["u_factors"] = {
            element: low * (high / low) ** x
            for element, x in zip(elements, sample[len(DRAWN) + 4 :], strict=True)
        }
        draws.append(draw)
    return draws


def _bulk_and_axial(x: float, bulk_fraction: float) -> tuple[bool, bool]:
    """Two independent decisions from one number drawn evenly from 0 to 1.

    The number itself decides whether the sample is bulk. Its digits from the fourth decimal on
    decide whether the axes are strained against each other: they are as evenly distributed, and
    do not depend on the first three.
    """
    later_digits = x % 1e-3
    return x < bulk_fraction, later_digits < 1e-3 * AXIAL_SHARE


def latin_hypercube(n: int, dimensions: int, seed: int) -> np.ndarray:
    """Points in the unit cube, one in each of n equal slices of every dimension.

    The same as scipy.stats.qmc.LatinHypercube, whose import takes longer than a small shard.

    Parameters
    ----------
    n, dimensions, seed : int

    Returns
    -------
    array (n, dimensions)

    References
    ----------
    M. D. McKay, R. J. Beckman and W. J. Conover, Technometrics 21 (1979) 239.

    Examples
    --------
    >>> points = latin_hypercube(4, 2, seed=0)
    >>> np.sort((4 * points).astype(int), axis=0)[:, 0]
    array([0, 1, 2, 3])
    """
    # as the generator that default_rng(seed) spawns first
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(0,))))
    within = random.uniform(size=(n, dimensions))
    if n == 1:  # nothing to shuffle
        return 1.0 - within
    slices = np.tile(np.arange(1, n + 1), (dimensions, 1))
    for dimension in slices:
        random.shuffle(dimension)
    return (slices.T - within) / n


def free_axes(cell: Sequence[float]) -> list[int]:
    """For each of a, b and c the index of the first axis of equal length.

    Cubic [0, 0, 0], hexagonal [0, 0, 2], orthorhombic [0, 1, 2].

    Parameters
    ----------
    cell : sequence of floats
        a, b, c in angstrom, and more.
    """
    lengths = cell[:3]
    return [
        next(i for i, y in enumerate(lengths) if abs(y - x) <= 1e-8 + 1e-4 * x) for x in lengths
    ]


def strained_distance(atoms: Atoms, simulator: PDFSimulator, draw: dict[str, Any]) -> float:
    """The shortest distance between atoms in a strained structure, angstrom.

    Parameters
    ----------
    atoms : Atoms
        Of the structure.
    simulator : PDFSimulator
        Of the structure; best asked right after the pattern, whose pairs it still has.
    draw : dict
        strain, strain_a, strain_b, strain_c (relative).
    """
    strain = draw["strain"]
    axial = [draw[f"strain_{axis}"] for axis in "abc"]
    factors = tuple(1.0 + (strain + x) for x in axial) if any(axial) else (1.0, 1.0, 1.0)
    stretch = 1.0 if any(axial) else 1.0 + strain
    counted = simulator.pairs.shortest_under(factors)
    if counted < NEAR:
        return counted * stretch
    # distances so long are counted in bins
    lengths = [length * x for length, x in zip(atoms.cell, factors, strict=False)]
    strained = make_structure(
        [*lengths, *atoms.cell[3:]] if simulator.atoms.periodic else None,
        atoms.symbols, atoms.xyz, occupancy=atoms.occupancy,
    )  # fmt: skip
    return shortest_distance(strained) * stretch


def simulators_of(structure: Structure | Atoms, settings: dict[str, Any]) -> Simulators:
    """Simulators of a structure that reach as far as any draw needs.

    Parameters
    ----------
    structure : Structure or Atoms
    settings : dict
        The `simulate` section of the config.
    """
    grid, ranges = Grid(**settings["grid"]), settings["ranges"]
    stretch = 1 + max(abs(x) for name in ("strain", "axial_strain") for x in ranges[name]) * 2
    return Simulators(structure, grid.r_max * stretch + grid.r_step)


def largest_q(settings: dict[str, Any]) -> float:
    """The largest q_max that any draw can have under the `simulate` section, 1/angstrom."""
    all_ranges = [settings["ranges"], *settings["stress"].values()]
    return max(ranges["q_max"][1] for ranges in all_ranges if "q_max" in ranges)


class Simulated(NamedTuple):
    """The patterns of one structure.

    Attributes
    ----------
    rows : list of dict
        One for each pattern: id, radiation, condition, index of the draw and what was drawn.
    patterns : array (n, points), float32
        G(r) in angstrom^-2, one row for each pattern.
    rejected : list of dict
        id, radiation and reason where the structure cannot be simulated.
    """

    rows: list[dict[str, Any]]
    patterns: np.ndarray
    rejected: list[dict[str, str]]


def simulate_draws(
    simulators: Simulators,
    identity: str,
    draws_by_radiation: dict[str, int],
    settings: dict[str, Any],
    conditions: dict[str, dict[str, Any]],
    seed: int,
    noise: MeasurementNoise,
) -> Simulated:
    """Simulate one structure's patterns with each radiation.

    Parameters
    ----------
    simulators : Simulators
        Of the structure, see `simulators_of`.
    identity : str
        The structure's id; seeds the draws.
    draws_by_radiation : dict
        Number of patterns with each radiation.
    settings : dict
        The `simulate` section of the config.
    conditions : dict
        Beside the nominal draws, one X-ray draw under each of these stress conditions:
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
    atoms = simulators.atoms
    finite = atoms.periodic is False
    axes = [0, 0, 0] if finite else free_axes(atoms.cell)
    rows, curves, rejected = [], [], []
    for radiation, n in draws_by_radiation.items():
        if n == 0:
            continue
        try:
            simulator = simulators.of(radiation, settings["form_factor"])
        except SimulationError as error:
            rejected.append({"id": identity, "radiation": radiation, "reason": str(error)})
            continue
        stress = conditions if radiation == "xray" else {}
        for condition, changes in {"nominal": {}, **stress}.items():
            draw_seed = seed_of(seed, identity, radiation, condition)
            changed = {**ranges, **{k: v for k, v in changes.items() if k in ranges}}
            bulk = settings["bulk_fraction"] if "diameter" not in changes else 0.0
            n_draws = n if condition == "nominal" else 1
            draws = draw_parameters(
                draw_seed, n_draws, changed, bulk, simulator, axes, "axial_strain" in changes
            )
            for index, draw in enumerate(draws):
                if finite:  # a cluster has its own size
                    draw["diameter"] = None
                random = np.random.default_rng(seed_of(draw_seed, index))
                g = noise(simulate_on_grid(simulator, grid, draw), draw, random)
                if "r_limit" in changes:
                    g[noise.r > changes["r_limit"]] = 0.0
                curves.append(g)
                del draw["u_factors"]
                draw["nearest_neighbour"] = strained_distance(atoms, simulator, draw)
                labels = {"id": identity, "radiation": radiation, "condition": condition}
                rows.append({**labels, "draw": index, **draw})
    patterns = np.array(curves, dtype=np.float32).reshape(len(rows), grid.points)
    return Simulated(rows, patterns, rejected)
