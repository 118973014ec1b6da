"""The script that computes a fit again with diffpy.pdffit2."""

from collections.abc import Sequence

_SCRIPT = '''\
"""Compute again with diffpy.pdffit2 the curve that pdflearn fitted.

    pip install diffpy.pdffit2 numpy
    python {name}.py

{notes}"""

from pathlib import Path

import numpy as np
from diffpy.pdffit2 import PdfFit

HERE = Path(__file__).parent
STRUCTURES = {structures!r}
RADIATION, Q_MAX, Q_DAMP, Q_BROAD = {radiation!r}, {q_max!r}, {q_damp!r}, {q_broad!r}

rows = (HERE / {curves!r}).read_text().split("#L", 1)[1].splitlines()[1:]
r, calculated, _, _, difference = np.loadtxt(rows).T
measured = calculated + difference

fit = PdfFit()
for name in STRUCTURES:  # with scale, delta1, delta2 and diameter
    fit.read_struct(str(HERE / name))
# A grid of 0.01 A from 0.01 A, and beyond the end, since PDFfit2 cuts F(Q) on the grid of the data.
n_points = int(np.ceil((r[-1] + 5.0) / 0.01))
fit.alloc(RADIATION, Q_MAX, Q_DAMP, 0.01, 0.01 * n_points, n_points)
fit.setvar("qbroad", Q_BROAD)
fit.calc()
pdffit2 = np.interp(r, fit.getR(), fit.getpdf_fit())


def rw(curve):
    return np.sqrt(np.sum((measured - curve) ** 2) / np.sum(measured**2))


print(f"Rw of pdflearn {{rw(calculated):.4f}}, of PDFfit2 {{rw(pdffit2):.4f}}")
'''


def pdffit2_script(
    *,
    name: str,
    structures: Sequence[str],
    radiation: str,
    q_max: float,
    q_damp: float,
    q_broad: float,
    rw: float,
    differences: Sequence[str] = (),
) -> str:
    """Return a script that reads the .stru and .fgr files beside it and prints both Rw.

    Parameters
    ----------
    name : str
        Of the script, without its ending; the curves are in `name`.fgr.
    structures : sequence of str
        Names of the .stru files, one a phase.
    radiation : {"xray", "neutron"}
    q_max, q_damp, q_broad : float
        1/angstrom.
    rw : float
        Of the fit.
    differences : sequence of str, optional
        Why PDFfit2 gives another curve.
    """
    notes = f"The fit has Rw {rw:.4f}."
    if differences:
        notes += f" PDFfit2 gives another curve: {'; '.join(differences)}."
    return _SCRIPT.format(
        name=name,
        structures=list(structures),
        radiation={"xray": "X", "neutron": "N"}[radiation],
        q_max=float(q_max),
        q_damp=float(q_damp),
        q_broad=float(q_broad),
        curves=f"{name}.fgr",
        notes=notes + "\n",
    )
