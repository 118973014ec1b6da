"""What the viewer of the report shows: each sample's curves, packed, and the series they belong to.

A block of the page holds one sample. The page decodes it when the sample is first looked at, so
that a thousand samples open as fast as ten. A curve is kept as whole numbers of 16 bits, in units
of 1 / `LEVELS` of its highest absolute value: it is off by at most `PRECISION` of that.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.identification.answer_rows import FIT_CURVES, PHASE_CURVES
from pdflearn.measured.index import unpack_curve
from pdflearn.measured.series import find_series
from pdflearn.reporting.shares import format_share

LEVELS = 32767  # of a whole number of 16 bits, to either side
PRECISION = 0.5 / LEVELS
# Points that are this near to even steps, as a share of the step, are written as even steps: files
# give r with four digits or more.
EVEN = 1e-3


def pack_curve(values: np.ndarray) -> dict[str, Any]:
    """A curve as base64 of whole numbers of 16 bits, the lower byte first, and their unit.

    Parameters
    ----------
    values : array (n,)
        Finite numbers.

    Returns
    -------
    dict
        `unit` (in the unit of the values), `text`.

    Examples
    --------
    >>> packed = pack_curve(np.array([0.5, -1.0, 0.0]))
    >>> whole = np.frombuffer(base64.b64decode(packed["text"]), dtype="<i2")
    >>> (whole * packed["unit"]).round(4).tolist()
    [0.5, -1.0, 0.0]
    """
    top = float(np.abs(values).max(initial=0.0))
    unit = float(f"{(top or 1.0) / LEVELS:.9g}")
    whole = np.rint(np.asarray(values, dtype=float) / unit).clip(-LEVELS, LEVELS)
    return {"unit": unit, "text": base64.b64encode(whole.astype("<i2").tobytes()).decode()}


def pack_axis(r: np.ndarray) -> dict[str, Any]:
    """r (angstrom) as start, step and number of points, or in single precision if uneven.

    Parameters
    ----------
    r : array (n,)
        Ascending, two points or more.

    Examples
    --------
    >>> pack_axis(np.array([2.0, 2.1, 2.2]))
    {'start': 2.0, 'step': 0.1, 'points': 3}
    >>> sorted(pack_axis(np.array([2.0, 2.1, 2.3])))
    ['floats']
    """
    step = float(r[-1] - r[0]) / (len(r) - 1)
    if np.abs(r - (r[0] + step * np.arange(len(r)))).max() <= EVEN * step:
        return {"start": round(float(r[0]), 9), "step": round(step, 9), "points": len(r)}
    return {"floats": base64.b64encode(r.astype("<f4").tobytes()).decode()}


def sample_block(
    arrays: Mapping[str, np.ndarray], number: int, answers: pd.DataFrame, about: Mapping[str, Any]
) -> dict[str, Any]:
    """One sample for the viewer.

    Parameters
    ----------
    arrays : mapping
        The arrays of fits.npz.
    number : int
        Which of its files.
    answers : DataFrame
        The file's rows of identification.csv.
    about : mapping
        verdict, reason, link: its row of `sections.measured_section`.

    Returns
    -------
    dict
        file, verdict, reason, link, r, measured; candidates: label, rw and, where the fit was kept,
        its curve; phases of the first one: label and curve.
    """
    curves = dict(zip(FIT_CURVES, unpack_curve(arrays, number, *FIT_CURVES), strict=True))
    ranked = answers.sort_values(["rank", "phase"])
    first_rank = ranked[ranked["rank"] == 1].to_dict("records")
    candidates = []
    for rank, row in enumerate(ranked[ranked["phase"] == 1].to_dict("records"), start=1):
        if pd.isna(row["rw"]):
            continue
        curve = curves.get("calculated" if rank == 1 else f"rank_{rank}")
        kept = curve is not None and np.isfinite(curve).all()
        candidates.append(
            {
                "label": str(row["structure_type"]),
                "structure": str(row["structure"]),
                "rw": float(row["rw"]),
                "curve": pack_curve(curve) if kept else None,
            }
        )
    phases = [
        {"label": _phase_label(row), "curve": pack_curve(curves[name])}
        for name, row in zip(PHASE_CURVES, first_rank, strict=False)
        if np.isfinite(curves[name]).all()
    ]
    return {
        "file": about["file"],
        "verdict": about["verdict"],
        "reason": about["reason"],
        "link": about["link"],
        "r": pack_axis(curves["r"]),
        "measured": pack_curve(curves["measured"]),
        "candidates": candidates,
        "phases": phases,
    }


def _phase_label(row: Mapping[str, Any]) -> str:
    """The type of a phase with its share of the atoms, where that is known."""
    label = str(row["phase_type"])
    if pd.isna(row["fraction_atoms"]):
        return label
    share = format_share(row["fraction_atoms"], row["fraction_atoms_stderr"])
    return f"{label}, {share} of the atoms"


def sample_blocks(
    arrays: Mapping[str, np.ndarray], identification: pd.DataFrame, rows: Sequence[dict[str, Any]]
) -> list[str]:
    """Every sample that was fitted as JSON for the page, in the order of its table.

    Parameters
    ----------
    arrays : mapping
        The arrays of fits.npz.
    identification : DataFrame
        The rows of identification.csv.
    rows : sequence of dict
        What `sections.measured_section` returned. One that is given a block gets its place among
        them as `block`; the others get None.

    Returns
    -------
    list of str
    """
    numbers = {str(name): number for number, name in enumerate(arrays["files"])}
    answers = dict(iter(identification.groupby("file", sort=False)))
    blocks: list[str] = []
    for row in rows:
        row["block"] = None
        if row["file"] in numbers:
            row["block"] = len(blocks)
            number = numbers[row["file"]]
            blocks.append(as_json(sample_block(arrays, number, answers[row["file"]], row)))
    return blocks


def series_block(index: pd.DataFrame, rows: Sequence[dict[str, Any]]) -> str:
    """The series of the samples as JSON: name, what varies, and its value for each block.

    Parameters
    ----------
    index : DataFrame
        The rows of measured/index.csv.
    rows : sequence of dict
        As `sample_blocks` left them.
    """
    blocks = {row["file"]: row["block"] for row in rows}
    entries = []
    for series in find_series(index):
        files = index.loc[series.rows, "file"]
        members = [
            {"block": blocks[file], "x": round(float(x), 6)}
            for file, x in zip(files, series.x, strict=True)
            if blocks.get(file) is not None
        ]
        if len(members) > 1:
            entries.append({"name": series.name, "x_name": series.x_name, "members": members})
    return as_json(entries)


def as_json(content: Any) -> str:
    """JSON that no name in it can end the block of, nor break the page's coding.

    Examples
    --------
    >>> as_json({"file": "</script>.gr"})
    '{"file":"\\\\u003c/script>.gr"}'
    """
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")
