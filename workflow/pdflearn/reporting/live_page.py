"""The page of a watcher, which loads itself anew: answers, the newest fit, the series so far."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from pdflearn.measured.series import find_series
from pdflearn.reporting.report import render

PAGE = "live.html"
TEMPLATE = Path(__file__).parents[2] / "report" / "live.html.j2"
N_ROWS = 200  # answers on the page, the newest ones; all are in identification.csv
N_POINTS = 800  # of a curve: about one a pixel
WIDE, NARROW = 900, 420  # widths of the fit and of a panel of the series, pixels
LEFT, BOTTOM, TOP = 66, 44, 8  # margins of a plot, pixels
_LATTICE = re.compile(r"(?:\d+_)?[abc]")
Line = tuple[str, np.ndarray, np.ndarray]


def render_page(
    folder: str,
    samples: Sequence[Mapping[str, Any]],
    verdicts: Mapping[str, Mapping[str, Any]],
    rejected: Sequence[Mapping[str, str]],
    index: pd.DataFrame,
    newest: str,
    curves: pd.DataFrame | None,
) -> str:
    """The page in HTML.

    Parameters
    ----------
    folder : str
        What is watched.
    samples : sequence of mapping
        file, rows of identification.csv, look_alikes; in the order in which they were read.
    verdicts : mapping
        file -> rows, parameters and rw of what was refined.
    rejected : sequence of mapping
        file and reason.
    index : DataFrame
        As index.csv; it tells series.
    newest : str
        The file that was refined last; "" before.
    curves : DataFrame, optional
        Its r (angstrom), measured, calculated, difference (1/angstrom^2).
    """
    rows = []
    for sample in list(samples)[: -N_ROWS - 1 : -1]:
        verdict = verdicts.get(sample["file"])
        first = (verdict or sample)["rows"][0]
        alike = sample["look_alikes"][:1]
        rows.append({
            "file": sample["file"], "verdict": first["verdict"] if verdict else "waits",
            "type": first["structure_type"], "probability": _number(first["probability"], 2),
            "rw": _number(verdict["rw"], 3) if verdict else "", "reason": first["reason"],
            "alike": f"{alike[0]['structure']} ({alike[0]['similarity']:.2f})" if alike else "",
        })  # fmt: skip
    files, x, x_name = _order(samples, index, newest)
    return render(TEMPLATE, {
        "folder": folder, "rows": rows, "n_samples": len(samples), "n_refined": len(verdicts),
        "rejected": rejected[-N_ROWS:], "n_rejected": len(rejected), "newest": newest,
        "fit": None if curves is None else _fit_plot(curves),
        "series": _series_plots(files, x, x_name, verdicts),
    })  # fmt: skip


def _number(value: Any, digits: int) -> str:
    return f"{value:.{digits}f}" if isinstance(value, float) and np.isfinite(value) else ""


def _order(
    samples: Sequence[Mapping[str, Any]], index: pd.DataFrame, newest: str
) -> tuple[list[str], np.ndarray, str]:
    """The files along the series of the newest one; all in order of arrival where it has none."""
    names = [str(sample["file"]) for sample in samples]
    said = index.astype(object).where(index.notna(), "").astype(str)
    for series in find_series(said) if len(index) else []:
        files = [names[row] for row in series.rows]
        if newest in files:
            return files, series.x, series.x_name
    return names, np.arange(1.0, len(names) + 1), "file, in order of arrival"


def _series_plots(
    files: list[str], x: np.ndarray, x_name: str, verdicts: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Rw, lattice constants and shares of phases against what varies."""
    quantities: dict[str, dict[str, dict[float, float]]] = {"rw": {}, "lattice": {}, "share": {}}
    for file, place in zip(files, x, strict=True):
        if file not in verdicts:
            continue
        verdict = verdicts[file]
        quantities["rw"].setdefault("Rw", {})[place] = verdict["rw"]
        for item in verdict["parameters"]:
            if _LATTICE.fullmatch(item["parameter"]):
                name = f"{item['parameter']}, {item['structure_type']}"
                quantities["lattice"].setdefault(name, {})[place] = item["value"]
        for row in verdict["rows"]:
            if row["rank"] == 1 and np.isfinite(row["fraction_atoms"] or np.nan):
                quantities["share"].setdefault(row["phase_type"], {})[place] = row["fraction_atoms"]
    quantities["lattice"] = dict(map(_as_change, quantities["lattice"].items()))
    if len(quantities["share"]) < 2:  # one phase holds all atoms
        quantities["share"] = {}
    labels = {"rw": "Rw", "lattice": "change of lattice constants (%)",
              "share": "share of the atoms"}  # fmt: skip
    plots = []
    for name, label in labels.items():
        points = quantities[name]
        largest = sorted(points, key=lambda line: -len(points[line]))[:6]  # as many colours
        lines = [(k, np.array(list(points[k])), np.array(list(points[k].values())))
                 for k in largest]  # fmt: skip
        if lines:
            plots.append(_plot(lines, x_name, label, (NARROW, 230), in_order=True))
    return plots


def _as_change(item: tuple[str, dict[float, float]]) -> tuple[str, dict[float, float]]:
    """A lattice constant against its first value, in percent: long and short ones on one axis."""
    name, values = item
    first = next(iter(values.values()))
    changes = {place: 100 * (value / first - 1) for place, value in values.items()}
    return f"{name} ({first:.4g} Å at first)", changes


def _fit_plot(curves: pd.DataFrame) -> dict[str, Any]:
    every = curves.iloc[:: max(1, len(curves) // N_POINTS)]
    r = every["r"].to_numpy()
    shift = min(every["measured"].min(), every["calculated"].min()) - every["difference"].max()
    lines = [("measured", r, every["measured"].to_numpy()),
             ("fit", r, every["calculated"].to_numpy()),
             ("difference, shifted", r, every["difference"].to_numpy() + shift)]  # fmt: skip
    return _plot(lines, "r (Å)", "G(r) (Å⁻²)", (WIDE, 330))


def _plot(
    lines: list[Line], x_label: str, y_label: str, size: tuple[int, int], in_order: bool = False
) -> dict[str, Any]:
    """What the template draws: ticks and points in pixels; each line has dots along a series."""
    width, height = size
    x, y = (np.concatenate([line[k] for line in lines]).astype(float) for k in (1, 2))
    finite = np.isfinite(x) & np.isfinite(y)
    x_ends, y_ends = _ends(x[finite]), _ends(y[finite])

    def across(value: Any) -> Any:
        return LEFT + (value - x_ends[0]) / np.ptp(x_ends) * (width - LEFT - 10)

    def down(value: Any) -> Any:
        return TOP + (y_ends[1] - value) / np.ptp(y_ends) * (height - BOTTOM - TOP)

    def ticks(ends: np.ndarray, place: Any, n: int) -> list[tuple[float, str]]:
        values = MaxNLocator(n).tick_values(*ends)
        inside = [v for v in values if ends[0] - 1e-12 <= v <= ends[1] + 1e-12]
        return [(round(float(place(v)), 1), f"{round(v, 10):.7g}") for v in inside]

    drawn = []
    for number, (name, line_x, line_y) in enumerate(lines):
        keep = np.isfinite(line_x) & np.isfinite(line_y)
        points = np.column_stack([across(line_x[keep]), down(line_y[keep])]).round(1).tolist()
        drawn.append({"name": name, "number": number, "points": points})
    x_ticks = ticks(x_ends, across, width // 80)
    if in_order and np.array_equal(x[finite], np.round(x[finite])):  # no file 1.5
        x_ticks = [tick for tick in x_ticks if float(tick[1]).is_integer()]
    return {"width": width, "height": height, "left": LEFT, "top": TOP, "bottom": height - BOTTOM,
            "x_label": x_label, "y_label": y_label, "lines": drawn, "in_order": in_order,
            "x_ticks": x_ticks, "y_ticks": ticks(y_ends, down, 5)}  # fmt: skip


def _ends(values: np.ndarray) -> np.ndarray:
    """The ends of an axis: the values with a margin."""
    if not len(values):
        return np.array([0.0, 1.0])
    low, high = float(values.min()), float(values.max())
    margin = 0.04 * (high - low) or 0.01 * abs(high) or 0.5
    return np.array([low - margin, high + margin])
