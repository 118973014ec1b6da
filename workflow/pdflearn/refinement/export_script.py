"""The script that computes a fit again with diffpy.pdffit2."""

from collections.abc import Sequence

from pdflearn.measured.observation import Observation

# Apart from the script, whose lines would be taken for imports of this module.
_IMPORTS = """\
import os
from pathlib import Path

import numpy as np
from diffpy.pdffit2 import PdfFit, redirect_stdout
"""
_SCRIPT = '''\
"""Compute again with diffpy.pdffit2 the curve that pdflearn fitted.

    pip install diffpy.pdffit2 numpy
    python {name}.py

{notes}"""

{imports}
HERE = Path(__file__).parent
STRUCTURES = {structures!r}
RADIATION, Q_DAMP, Q_BROAD = {radiation!r}, {q_damp!r}, {q_broad!r}
Q_MIN, Q_MAX = {q_min!r}, {q_max!r}

rows = (HERE / {curves!r}).read_text().split("#L", 1)[1].splitlines()[1:]
r, calculated, _, _, difference = np.loadtxt(rows).T
measured = calculated + difference

redirect_stdout(open(os.devnull, "w"))  # of PDFfit2, which tells much
fit = PdfFit()
for name in STRUCTURES:  # with scale, delta1, delta2 and diameter
    fit.read_struct(str(HERE / name))
# A grid of 0.01 A from 0.01 A, and beyond the end, since PDFfit2 cuts F(Q) on the grid of the data.
n_points = int(np.ceil((r[-1] + 10.0) / 0.01))
fit.alloc(RADIATION, Q_MAX, Q_DAMP, 0.01, 0.01 * n_points, n_points)
fit.setvar("qbroad", Q_BROAD)
fit.calc()
fine, curve = np.array(fit.getR()), np.array(fit.getpdf_fit())
pdffit2 = np.interp(r, fine, curve)
# PDFfit2 keeps F(Q) below Q_MIN, which a measurement does not hold: the same without it.
q = np.arange(0.0, Q_MIN, 0.01) + 0.005
f_below = 0.01 * np.sin(np.outer(q, fine)) @ curve
cut = pdffit2 - 0.01 * 2 / np.pi * f_below @ np.sin(np.outer(q, r))


def rw(curve):
    return np.sqrt(np.sum((measured - curve) ** 2) / np.sum(measured**2))


print(f"Rw of pdflearn {{rw(calculated):.4f}}, of PDFfit2 {{rw(pdffit2):.4f}}")
print(f"of PDFfit2 with F(Q) from {{Q_MIN:g}} 1/A on: {{rw(cut):.4f}}")
'''


def pdffit2_script(
    *,
    name: str,
    structures: Sequence[str],
    observation: Observation,
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
    observation : Observation
        The radiation and q_min, q_max, q_damp and q_broad, as they are of the fit.
    rw : float
        Of the fit.
    differences : sequence of str, optional
        Why PDFfit2 gives another curve.
    """
    notes = f"The fit has Rw {rw:.4f}."
    if differences:
        notes += f" PDFfit2 gives another curve: {'; '.join(differences)}."
    return _SCRIPT.format(
        imports=_IMPORTS,
        name=name,
        structures=list(structures),
        radiation={"xray": "X", "neutron": "N"}[observation.radiation],
        q_min=float(observation.q_min),
        q_max=float(observation.q_max),
        q_damp=float(observation.q_damp or 0.0),
        q_broad=float(observation.q_broad),
        curves=f"{name}.fgr",
        notes=notes + "\n",
    )
