"""G(r) on the study's grid: as calculated, and with the one instrument that compares structures."""

from typing import Any

import numpy as np
from diffpy.structure import Structure

from pdflearn.core.grid import Grid
from pdflearn.simulation.simulator import PDFSimulator

# What a reference pattern is made with: one instrument, one U, X-rays, no size, no strain.
REFERENCE = {
    "q_min": 0.5, "q_max": 25.0, "q_damp": 0.03, "q_broad": 0.0, "u_iso": 0.006,
    "delta2": 0.0, "strain": 0.0, "diameter": None,
}  # fmt: skip


def on_grid(simulator: PDFSimulator, grid: Grid, draw: dict[str, Any]) -> np.ndarray:
    """G(r) with the parameters of a draw on the study's grid: (points,)."""
    r = grid.r
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
        # the simulator's grid ends below r_max
        r_max=float(r[-1]) - offset + 0.5 * grid.r_step,
        r_step=grid.r_step,
    )
    return g


def simulate_reference(structure: Structure, grid: Grid, radiation: str = "xray") -> np.ndarray:
    """One pattern with the settings of `REFERENCE`, to compare structures: (points,), float32."""
    simulator = PDFSimulator(structure, radiation=radiation, r_max=grid.r_max + grid.r_step)
    return on_grid(simulator, grid, REFERENCE).astype(np.float32)
