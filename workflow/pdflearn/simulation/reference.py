"""Patterns on the grid of a study: with drawn parameters, and the reference pattern."""

from typing import Any

import numpy as np
from diffpy.structure import Structure

from pdflearn.core.grid import Grid
from pdflearn.simulation.simulator import PDFSimulator

# The parameters of a reference pattern, by which structures are compared: one instrument, one U,
# bulk, no strain. Units as in `simulator.simulate_pdf`.
REFERENCE = {
    "q_min": 0.5, "q_max": 25.0, "q_damp": 0.03, "q_broad": 0.0, "u_iso": 0.006,
    "delta2": 0.0, "strain": 0.0, "diameter": None,
}  # fmt: skip


def simulate_on_grid(simulator: PDFSimulator, grid: Grid, draw: dict[str, Any]) -> np.ndarray:
    """G(r) with the parameters of one draw, on every point of a grid, r_max included.

    Parameters
    ----------
    simulator : PDFSimulator
        Of the structure.
    grid : Grid
        Angstrom.
    draw : dict
        The keys of `REFERENCE`, and optionally: r_offset (angstrom; the curve appears shifted by
        it to larger r), strain_a, strain_b, strain_c (relative, added to strain) and u_factors
        (species -> factor of u_iso).

    Returns
    -------
    array (points,)
        Angstrom^-2.
    """
    offset = draw.get("r_offset", 0.0)
    strain = draw["strain"]
    axial = [draw.get(f"strain_{axis}", 0.0) for axis in "abc"]
    factors = draw.get("u_factors", {})
    _, g = simulator.pdf(
        **{name: draw[name] for name in ("q_min", "q_max", "q_damp", "q_broad", "delta2")},
        diameter=draw["diameter"],
        u_iso={element: draw["u_iso"] * factor for element, factor in factors.items()}
        or draw["u_iso"],
        strain=tuple(strain + x for x in axial) if any(axial) else strain,
        r_min=grid.r_min - offset,
        # half a step more, because the simulator's grid ends below r_max
        r_max=float(grid.r[-1]) - offset + 0.5 * grid.r_step,
        r_step=grid.r_step,
    )
    return g


def simulate_reference(structure: Structure, grid: Grid, radiation: str = "xray") -> np.ndarray:
    """The reference pattern of a structure, by which structures are compared.

    Parameters
    ----------
    structure : Structure
    grid : Grid
        Angstrom.
    radiation : {"xray", "neutron"}
        Default "xray".

    Returns
    -------
    array (points,), float32
        G(r) in angstrom^-2 with the parameters of `REFERENCE`.

    Raises
    ------
    SimulationError
        Where the radiation is not scattered.

    Examples
    --------
    Polonium is simple cubic: its first peak is at the lattice constant.

    >>> from pdflearn.core.grid import Grid
    >>> from pdflearn.structures.structure import make_structure
    >>> polonium = make_structure((3.359, 3.359, 3.359, 90, 90, 90), ["Po"], [[0, 0, 0]])
    >>> grid = Grid(r_min=1.0, r_max=4.5, r_step=0.1)
    >>> pattern = simulate_reference(polonium, grid)
    >>> float(grid.r[pattern.argmax()])  # the shortest distance
    3.4
    """
    simulator = PDFSimulator(structure, radiation=radiation, r_max=grid.r_max + grid.r_step)
    return simulate_on_grid(simulator, grid, REFERENCE).astype(np.float32)
