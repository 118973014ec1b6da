"""Structures of PDFfit and of DISCUS (.stru): crystals, asymmetric units and clusters."""

import re

import numpy as np
from diffpy.structure import Structure
from diffpy.structure.parsers import getParser
from diffpy.structure.structureerrors import StructureFormatError

from pdflearn.structures.checks import check
from pdflearn.structures.cif_syntax import number
from pdflearn.structures.expansion import Site, cluster, expand_named
from pdflearn.structures.space_groups import plain_name
from pdflearn.structures.structure import NO_CELL, StructureError, make_structure
from pdflearn.structures.symbols import is_vacancy, occupants

# Numbers of DISCUS' atom lines, where the line `atoms` does not name them.
COLUMNS = ("x", "y", "z", "biso", "property", "moleno", "moleat", "occ")


def read_stru(name: str, text: str, max_atoms: int) -> Structure:
    """Read a .stru file; an asymmetric unit of DISCUS is expanded.

    Parameters
    ----------
    name, text : str
    max_atoms : int
        A file with more is refused.

    Returns
    -------
    Structure
        A cluster where the cell is that of none (1, 1, 1, 90, 90, 90): PDFgui writes molecules so,
        with coordinates in angstrom.
    """
    pdffit = re.search(r"^\s*format\s+pdffit", text, re.MULTILINE) is not None
    parser = getParser("pdffit" if pdffit else "discus")
    try:
        parsed = parser.parse(text)
    except (StructureFormatError, NotImplementedError) as error:
        program = "PDFfit" if pdffit else "DISCUS"
        raise StructureError(
            f"cannot be read as a file of {program}: {error}; correct the line, or export it as CIF"
        ) from None
    if len(parsed) > max_atoms:
        raise StructureError(f"{len(parsed)} atoms; at most {max_atoms} are read")
    if not pdffit:
        for atom, occupancy in zip(parsed, _occupancies(text), strict=True):
            atom.occupancy = occupancy
    sites, warnings = _sites(parsed)
    title, lattice = parsed.title or name, parsed.lattice.abcABG()
    group = str(parsed.pdffit.get("spcgr", "P1")).strip()
    whole = pdffit or parser.ncell_read or _is_p1(group)
    if tuple(lattice) == NO_CELL and whole:
        structure = cluster(sites, title)
    elif whole:
        structure = make_structure(
            lattice,
            [site.symbol for site in sites],
            np.array([site.position for site in sites]).reshape(-1, 3),
            occupancy=[site.occupancy for site in sites],
            u=[site.u for site in sites],
            title=title,
        )
        structure.warnings = check(structure)
    else:
        structure = expand_named(lattice, group, sites, title)
    structure.warnings = warnings + structure.warnings
    return structure


def _is_p1(group: str) -> bool:
    return re.fullmatch(r"P1(,1)?(,abc)?", plain_name(group).replace(" ", ""), re.I) is not None


def _occupancies(text: str) -> list[float]:
    """Occupancies of DISCUS' atoms: the eighth number of a line, or as the line `atoms` says."""
    lines = iter(text.splitlines())
    header = next((line for line in lines if line.split()[:1] == ["atoms"]), "")
    names = [word.lower() for word in re.split(r"[\s,]+", header)[1:] if word] or list(COLUMNS)
    column = 1 + names.index("occ") if "occ" in names else -1
    occupancies = []
    for line in lines:
        words = line.replace(",", " ").split()
        if not words or words[0].startswith("#"):
            continue
        given = 0 < column < len(words)
        occupancies.append(number(words[column]) if given else 1.0)
        if not np.isfinite(occupancies[-1]):
            raise StructureError(f"line {line[:60]!r}: occupancy {words[column]!r} is no number")
    return occupancies


def _sites(parsed: Structure) -> tuple[list[Site], list[str]]:
    """The atoms as sites, and warnings about places that are left out."""
    sites, warnings = [], []
    for atom in parsed:
        if is_vacancy(atom.element) or atom.occupancy == 0.0:
            words = f"an atom {atom.element} of occupancy {atom.occupancy:g} is left out"
            if words not in warnings:
                warnings.append(words)
            continue
        u = np.asarray(atom.U) if atom.anisotropy else float(atom.Uisoequiv)
        for symbol, share in occupants(atom.element).items():
            position = np.array(atom.xyz, dtype=float)
            sites.append(Site(atom.element, symbol, position, atom.occupancy * share, u))
    return sites, warnings
