"""The page that identifies measured files in a browser: the model, the library and a program in it.

The program is workflow/report/identify.js. It computes what `pdflearn.models` and
`pdflearn.identification.search` compute; what it needs of a study is packed here. One block of the
page holds the facts as JSON, another one all numbers: of networks in half precision, of reference
curves in eight bits, on the even r that they were simulated on.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.grid import Grid
from pdflearn.identification.search import (
    AXIS_R_MIN,
    LOG_R_STEP,
    N_SHIFTS,
    RADIATIONS,
    SEARCH_DIAMETERS,
    STRETCH_WEIGHT,
    log_axis,
)
from pdflearn.measured.observation import R_MAX
from pdflearn.models.stored_networks import Average, Network, Sum
from pdflearn.reporting.offline_model import Numbers, packed_model
from pdflearn.reporting.report import render

# The largest relative error of a reference curve in eight bits is half of 1 / 127 of its highest
# value, 0.0003 of a cosine. A library of more structures is thinned, evenly over its types, so that
# the page can still be sent by e-mail: 231 numbers a structure and radiation.
MAX_STRUCTURES = 3000
# Reference curves are kept on the study's grid; one that is finer would only be larger. A
# transform up to Q = 30 1/angstrom needs a point each 0.1 angstrom.
LEAST_STEP = 0.1  # angstrom


def on_even_axis(curves: np.ndarray, grid: Grid) -> tuple[np.ndarray, Grid]:
    """Reference curves on even r, from the extended logarithmic axis that they are stored on.

    They were interpolated to that axis by straight lines, which lie denser than the grid, so that
    least squares give the values on the grid back.

    Parameters
    ----------
    curves : array (n, n_points)
        As `identification.search.reference_patterns` returns them, without NaN.
    grid : Grid
        The study's, which they were simulated on.

    Returns
    -------
    array (n, points)
        G(r), in any unit.
    Grid
        Its r.

    Examples
    --------
    >>> from pdflearn.identification.search import on_log_axis
    >>> study = Grid(r_min=1.0, r_max=30.0, r_step=0.1)
    >>> r = Grid(1.0, 24.0, 0.1).r
    >>> values, even = on_even_axis(on_log_axis(r, np.sin(5 * r)[None]), study)
    >>> bool(np.allclose(values[0], np.sin(5 * even.r), atol=1e-4))
    True
    """
    axis = log_axis(extended=True)
    step = max(grid.r_step, LEAST_STEP)
    first = max(grid.r_min, float(axis[0]) - step) if grid.r_step >= LEAST_STEP else grid.r_min
    first = grid.r_min + step * np.floor((first - grid.r_min) / step + 1e-6)
    even = Grid(float(first), float(first + step * np.ceil((axis[-1] - first) / step)), step)
    place = (axis - first) / step
    inside = place >= 0
    left = np.clip(np.floor(place).astype(int), 0, even.points - 2)
    share = place - left
    matrix = np.zeros((len(axis), even.points))
    rows = np.flatnonzero(inside)
    matrix[rows, left[rows]] = 1.0 - share[rows]
    matrix[rows, left[rows] + 1] = share[rows]
    values = curves / np.sqrt(axis)
    return np.linalg.lstsq(matrix, values.T, rcond=None)[0].T, even


def chosen_structures(table: pd.DataFrame, limit: int = MAX_STRUCTURES) -> np.ndarray:
    """The rows of a catalogue that stand in the page: all, or as many of each type as fit.

    Parameters
    ----------
    table : DataFrame
        Column structure_type.
    limit : int

    Returns
    -------
    array of int
        In the order of the table.

    Examples
    --------
    >>> table = pd.DataFrame({"structure_type": ["fcc", "fcc", "fcc", "bcc", "bcc", ""]})
    >>> chosen_structures(table, 3).tolist(), chosen_structures(table, 9).tolist()
    ([0, 3], [0, 1, 2, 3, 4])
    """
    known = np.flatnonzero(table["structure_type"].fillna("") != "")
    if len(known) <= limit:
        return known
    rank = table["structure_type"].iloc[known].groupby(table["structure_type"]).cumcount()
    counts = np.bincount(rank)
    kept = int(np.searchsorted(np.cumsum(counts), limit, side="right"))
    return known[rank.to_numpy() < max(kept, 1)]


def _structure_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Name, type and lattice constants (angstrom, degrees) of each structure, for the page."""
    rows = []
    for row in table.itertuples(index=False):
        lattice = [round(float(x), 4) for x in row.lattice] if row.periodic else None
        cluster = getattr(row, "structure_kind", "") == "cluster"
        rows.append(
            {
                "name": row.name,
                "type": row.structure_type,
                "lattice": lattice,
                "cluster": cluster,
            }
        )
    return rows


def page_blocks(
    model: Network | Sum | Average | None,
    grid: Grid,
    table: pd.DataFrame,
    curves: Mapping[str, np.ndarray],
    class_types: Mapping[str, Any],
) -> tuple[str, str]:
    """The facts of a page as JSON, and its numbers in base64.

    Parameters
    ----------
    model : Network, Sum, Average or None
        None where the study has no model that the page can compute.
    grid : Grid
        The study's.
    table : DataFrame
        The catalogue: columns name, structure_type, lattice, periodic.
    curves : dict
        radiation -> array (n_structures, n_points), the reference patterns of the catalogue.
    class_types : mapping
        radiation -> class -> structure_type -> probability, see `catalogue.types_of_classes`.

    Returns
    -------
    facts : str
    numbers : str
    """
    numbers = Numbers()
    rows = chosen_structures(table)
    packed: dict[str, Any] = {}
    even = grid
    for radiation in RADIATIONS:
        part = np.asarray(curves[radiation])[rows].astype(np.float64)
        missing = ~np.isfinite(part).all(axis=1)
        part[missing] = 0.0  # a row of zeros is like nothing
        values, even = on_even_axis(part, grid)
        top = np.abs(values).max(axis=1, keepdims=True)
        scaled = np.rint(127 * values / np.where(top > 0, top, 1.0))
        scaled[missing] = 0.0
        packed[radiation] = numbers.add(scaled, "i1")
    written = {
        "class_types": class_types,
        "grid": {"r_min": grid.r_min, "r_step": grid.r_step, "points": grid.points},
        "search": {
            "axis_r_min": AXIS_R_MIN,
            "log_r_step": LOG_R_STEP,
            "n_steps": len(log_axis()) - 1,
            "n_shifts": N_SHIFTS,
            "r_max": R_MAX,
            "diameters": [None if np.isinf(d) else d for d in SEARCH_DIAMETERS],
            "stretch_weight": STRETCH_WEIGHT,
            "even": {"start": even.r_min, "step": even.r_step, "points": even.points},
        },
        "curves": packed,
        "structures": _structure_rows(table.iloc[rows]),
        "classes": [] if model is None else [str(name) for name in model.classes_],
        "model": None if model is None else packed_model(model, numbers),
    }
    # "<" so written that no name can end the block
    text = json.dumps(written, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c"), numbers.text()


def render_page(
    template: str | Path, script: str | Path, facts: str, numbers: str, context: Mapping[str, Any]
) -> str:
    """Put script and data into the page.

    The page's policy allows this one script and nothing from any network.

    Parameters
    ----------
    template, script : path
        workflow/report/identify.html.j2 and identify.js.
    facts, numbers : str
        See `page_blocks`.
    context : mapping
        The other values that the template asks for; text is escaped.
    """
    program = Path(script).read_text(encoding="utf-8")
    data = {"policy": _policy(program), "program": program, "facts": facts, "numbers": numbers}
    return render(template, {**context, **data})


def _policy(script: str) -> str:
    """The content security policy: this script by its hash, styles inside the page, no more."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
