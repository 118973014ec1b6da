"""A structure refined over one range of r after another: what it is near, and farther out.

Local distortions that are not ordered over long distances show in short ranges and average out in
long ones (X. Qiu et al., Phys. Rev. Lett. 94 (2005) 177203, for LaMnO3). The instrument and the
particle's shape are those of the whole range: a short range cannot tell them from the scale.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pdflearn.measured.observation import Observation, ObservationError
from pdflearn.refinement.model import RefinementError
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe
from pdflearn.refinement.refinement import Fit, refine

COLUMNS = ["r_min", "r_max", "r", "rw", "parameter", "value", "stderr", "unit", "note"]
# From here on, angstrom, the correlated motion of neighbours is kept as the whole range gives it:
# delta2 / r^2 is below a tenth for usual values of 2 to 5 angstrom^2.
NEIGHBOURS = 6.0
# Parameters that the whole range gives: what a range of some angstrom cannot tell from its scale.
OF_WHOLE = ("diameter", "aspect", "core", "q_damp")
OF_NEIGHBOURS = ("delta1", "delta2")


@dataclass(frozen=True)
class Box:
    """One range of r.

    Attributes
    ----------
    r_min, r_max : float
        Angstrom.
    fit : Fit or None
        None where the range cannot be fitted.
    reason : str
        Why not; "" where there is a fit.
    """

    r_min: float
    r_max: float
    fit: Fit | None
    reason: str = ""


@dataclass(frozen=True)
class Boxcar:
    """A structure refined over ranges in a row.

    Attributes
    ----------
    whole : Fit
        Over the whole range.
    boxes : tuple of Box
    """

    whole: Fit
    boxes: tuple[Box, ...]

    def table(self) -> pd.DataFrame:
        """One row a range and parameter, columns `COLUMNS`; `r` is the middle of the range."""
        rows = []
        for box in self.boxes:
            head = {"r_min": box.r_min, "r_max": box.r_max, "r": (box.r_min + box.r_max) / 2}
            if box.fit is None:
                rows.append(head | {"parameter": "", "unit": "", "note": box.reason})
                continue
            for item in box.fit.parameters.values():
                if item.vary:
                    rows.append(
                        head
                        | {
                            "rw": box.fit.rw, "parameter": item.name, "value": item.value,
                            "stderr": item.stderr, "unit": item.unit, "note": "",
                        }
                    )  # fmt: skip
        return pd.DataFrame(rows, columns=COLUMNS)


def refine_boxcar(
    observation: Observation,
    phases: list[Phase],
    *,
    width: float = 10.0,
    step: float = 5.0,
    recipe: Recipe = USUAL_RECIPE,
) -> Boxcar:
    """Refine a structure over ranges of r in a row.

    Parameters
    ----------
    observation : Observation
        The curve over the whole range.
    phases : list of Phase
    width, step : float, default 10.0 and 5.0
        Length of a range, and how far the next one begins beyond it, angstrom. The last range ends
        where the curve does.
    recipe : Recipe, optional
        What varies; its range of r is the whole one.

    Returns
    -------
    Boxcar

    Raises
    ------
    RefinementError
        Where the whole range cannot be fitted, or the ranges are no positive lengths.

    Examples
    --------
    >>> from pdflearn.simulation.simulator import simulate_pdf
    >>> from pdflearn.structures.structure import make_structure
    >>> positions = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
    >>> nickel = make_structure((3.52, 3.52, 3.52, 90, 90, 90), ["Ni"] * 4, positions)
    >>> r, g = simulate_pdf(nickel, u_iso=0.006, r_min=1.6, r_max=30.0, r_step=0.05)
    >>> observation = Observation(r, g, q_max=25.0, q_damp=0.03)
    >>> boxcar = refine_boxcar(observation, [Phase(nickel, crystal_system="cubic")], step=10.0)
    >>> [(round(box.r_min, 1), round(box.fit.parameters["a"].value, 3)) for box in boxcar.boxes]
    [(1.6, 3.52), (11.6, 3.52), (20.0, 3.52)]
    """
    if not (width > 0 and step > 0):
        raise RefinementError(
            f"ranges of {width:g} every {step:g} angstrom; expected two positive lengths"
        )
    observation = recipe.applied_to(observation)
    whole = refine(observation, phases, recipe=recipe)
    local = replace(recipe, r_min=None, r_max=None)
    boxes: list[Box] = []
    start = whole.start
    for low, high in ranges(float(observation.r[0]), float(observation.r[-1]), width, step):
        fixed = _known(whole, low) | dict(recipe.fixed)
        try:
            part = observation.between(low, high)
            trials = [
                refine(part, phases, recipe=replace(local, fixed=fixed), start=values)
                for values in ([start, whole.start] if start is not whole.start else [start])
            ]
        except (ObservationError, RefinementError) as error:
            boxes.append(Box(low, high, None, str(error)))
            continue
        fit = min(trials, key=lambda trial: trial.rw)
        boxes.append(Box(low, high, fit))
        start = fit.start
    return Boxcar(whole, tuple(boxes))


def ranges(low: float, high: float, width: float, step: float) -> list[tuple[float, float]]:
    """Ranges of r in a row; the last one ends at the end.

    Examples
    --------
    >>> ranges(2.0, 20.0, 8.0, 5.0)
    [(2.0, 10.0), (7.0, 15.0), (12.0, 20.0)]
    >>> ranges(2.0, 5.0, 8.0, 5.0)
    [(2.0, 5.0)]
    """
    if high - low <= width:
        return [(low, high)]
    n = int(np.floor((high - low - width) / step + 1e-9)) + 1
    ranges = [(low + k * step, low + k * step + width) for k in range(n)]
    if high - ranges[-1][1] > 0.1 * step:
        ranges.append((high - width, high))
    return ranges


def _known(whole: Fit, low: float) -> dict[str, float]:
    """What a range that begins at `low` takes from the whole one."""
    names = OF_WHOLE + (OF_NEIGHBOURS if low >= NEIGHBOURS else ())
    return {name: value for name, value in whole.start.items() if _plain(name) in names}


def _plain(name: str) -> str:
    """A parameter's name without the number of its phase."""
    phase, _, rest = name.partition("_")
    return rest if phase.isdigit() else name
