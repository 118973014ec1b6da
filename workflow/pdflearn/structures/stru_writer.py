"""Structures as PDFfit's files (.stru), with all that PDFfit2 needs to compute their G(r)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from diffpy.structure import Atom, Structure

from pdflearn.structures.elements import parse_symbol


@dataclass(frozen=True)
class PhaseSettings:
    """What a .stru file holds of a phase beside its atoms.

    Parameters
    ----------
    scale : float
        Factor of the phase's G(r) (default 1).
    delta1, delta2 : float
        Correlated motion of neighbours, angstrom and angstrom^2 (default 0).
    diameter : float
        Of a spherical particle, angstrom; inf (default) for bulk.
    cell_errors : six floats
        Standard errors of a, b, c (angstrom) and of the angles (degrees); default 0.
    """

    scale: float = 1.0
    delta1: float = 0.0
    delta2: float = 0.0
    diameter: float = float("inf")
    cell_errors: Sequence[float] = (0.0,) * 6


def write_stru(
    structure: Structure, settings: PhaseSettings | None = None, *, title: str | None = None
) -> str:
    """Return a structure as the text of a PDFfit file.

    Parameters
    ----------
    structure : Structure
        Of a cluster, too: PDFgui writes molecules with axes of 1 angstrom, and so does this.
    settings : PhaseSettings, optional
    title : str, optional
        Without it the structure's own.

    Returns
    -------
    str
        PDFgui and PDFfit2 read all of it. Ions are written as their elements, whose scattering
        PDFfit2 takes anyway.

    See Also
    --------
    pdflearn.structures.stru.read_stru : Reads such files.
    pdflearn.structures.cif_writer.write_cif : A structure as CIF.

    Examples
    --------
    >>> from pdflearn.structures.structure import make_structure
    >>> corners = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
    >>> platinum = make_structure((3.92, 3.92, 3.92, 90, 90, 90), ["Pt"] * 4, corners, title="Pt")
    >>> text = write_stru(platinum, PhaseSettings(scale=0.6, delta2=3.3, diameter=33.4))
    >>> print("\\n".join(text.splitlines()[:7]))
    title   Pt
    format  pdffit
    scale   0.6
    sharp   3.3, 0, 1, 0
    spcgr   P1
    shape   sphere, 33.4
    cell    3.92, 3.92, 3.92, 90, 90, 90
    """
    settings = settings or PhaseSettings()
    errors = [x if np.isfinite(x) else 0.0 for x in settings.cell_errors]
    lines = [
        f"title   {' '.join((structure.title if title is None else title).split())}",
        "format  pdffit",
        f"scale   {settings.scale:.9g}",
        f"sharp   {_numbers(settings.delta2, settings.delta1, 1, 0)}",
        "spcgr   P1",
    ]
    if np.isfinite(settings.diameter):
        lines.append(f"shape   sphere, {settings.diameter:.9g}")
    lines += [
        f"cell    {_numbers(*structure.lattice.abcABG())}",
        f"dcell   {_numbers(*errors)}",
        f"ncell   1, 1, 1, {len(structure)}",
        "atoms",
    ]
    for atom in structure:
        lines += _atom_lines(atom)
    return "\n".join(lines) + "\n"


def _numbers(*values: float) -> str:
    return ", ".join(f"{value:.9g}" for value in values)


def _atom_lines(atom: Atom) -> list[str]:
    """An atom: position and occupancy, U11 U22 U33, U12 U13 U23, each with its errors below."""
    x, y, z = (float(value) for value in atom.xyz)
    u = np.asarray(atom.U, dtype=float)
    symbol = parse_symbol(atom.element).symbol.upper()
    zeros = _row("", 0.0, 0.0, 0.0)
    return [
        _row(symbol, x, y, z) + f"{atom.occupancy:13.6f}",
        zeros + f"{0.0:13.6f}",
        _row("", u[0, 0], u[1, 1], u[2, 2]),
        zeros,
        _row("", u[0, 1], u[0, 2], u[1, 2]),
        zeros,
    ]


def _row(symbol: str, *values: float) -> str:
    return f"{symbol:<6}" + "".join(f"{value + 0.0:16.9f}" for value in values)
