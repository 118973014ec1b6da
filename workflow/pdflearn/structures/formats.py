"""The formats of structure files: text to structures, expanded to the whole cell and checked."""

import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence

import ase.io
import gemmi
import numpy as np
from ase import Atoms
from ase.data import chemical_symbols
from diffpy.structure import Structure
from diffpy.structure.parsers import getParser

from pdflearn.structures import cif, elements
from pdflearn.structures.checks import check
from pdflearn.structures.expansion import Site, expand
from pdflearn.structures.structure import StructureError, make_structure
from pdflearn.structures.symmetry import readings

MAX_ATOMS_IN_FILE = 200_000

NamedStructures = Iterator[tuple[str, Structure | StructureError]]


def format_of(name: str, text: str) -> str:
    """The format of a file, by the ending of its name, else by its content.

    Parameters
    ----------
    name, text : str

    Returns
    -------
    str
        A key of `READERS`.

    Raises
    ------
    StructureError
        For text in none of the formats.

    Examples
    --------
    >>> format_of("Ni.cif", ""), format_of("unnamed", "data_nickel")
    ('cif', 'cif')
    >>> format_of("CONTCAR", "")
    'poscar'
    """
    stem = re.sub(r"\.(gz|bz2|xz)$", "", name.lower())
    last = re.split(r"[/:]", stem)[-1]
    for endings, format_name in (
        ((".cif", ".mcif"), "cif"),
        ((".stru", ".dstr"), "stru"),
        ((".xyz", ".extxyz"), "xyz"),
        ((".pdb", ".ent"), "pdb"),
        ((".vasp", ".poscar"), "poscar"),
    ):
        if last.endswith(endings):
            return format_name
    if last.startswith(("poscar", "contcar")):
        return "poscar"
    if re.search(r"^\s*data_", text, re.M):
        return "cif"
    if re.search(r"^(ATOM|HETATM|CRYST1)", text, re.M):
        return "pdb"
    if re.search(r"^\s*cell\s", text, re.M) and re.search(r"^\s*atoms\s*$", text, re.M):
        return "stru"
    if re.match(r"\s*\d+\s*\n", text):
        return "xyz"
    raise StructureError(
        "no known structure format; expected CIF, PDFfit .stru, XYZ, PDB or POSCAR"
    )


def _read_cif(name: str, text: str) -> NamedStructures:
    blocks = cif.document_blocks(text)
    for block, values in blocks:
        shown = name if len(blocks) == 1 else f"{name}:{block}"
        try:
            yield shown, cif.read_block(block or name, values)
        except StructureError as error:
            yield shown, error


def _read_stru(name: str, text: str) -> NamedStructures:
    """PDFfit's and DISCUS' structures; an asymmetric unit of DISCUS is expanded."""
    pdffit = re.search(r"^\s*format\s+pdffit", text, re.MULTILINE) is not None
    parser = getParser("pdffit" if pdffit else "discus")
    parsed = parser.parse(text)
    if len(parsed) > MAX_ATOMS_IN_FILE:
        raise StructureError(f"{len(parsed)} atoms; at most {MAX_ATOMS_IN_FILE} are read")
    u = [np.asarray(a.U) if a.anisotropy else float(a.Uisoequiv) for a in parsed]
    symbols = [cif.element_of(atom.element, "", {}) for atom in parsed]
    title = parsed.title or name
    lattice = parsed.lattice.abcABG()
    group = str(parsed.pdffit.get("spcgr", "P1")).strip()
    if not pdffit and not parser.ncell_read and group.replace(" ", "").upper() != "P1":
        sites = [
            Site(symbol, symbol, np.array(atom.xyz), float(atom.occupancy), u_of_atom)
            for symbol, atom, u_of_atom in zip(symbols, parsed, u, strict=True)
        ]
        yield name, _expanded(lattice, group, sites, title)
        return
    structure = make_structure(
        lattice,
        symbols,
        np.array([atom.xyz for atom in parsed]),
        occupancy=[atom.occupancy for atom in parsed],
        u=u,
        title=title,
    )
    structure.warnings = check(structure)
    yield name, structure


def _expanded(lattice: Sequence[float], group: str, sites: list[Site], title: str) -> Structure:
    """The whole cell of an asymmetric unit; the group is named as in the file."""
    cell = gemmi.UnitCell(*lattice)
    return expand(cell, readings({"_space_group_name_h-m_alt": [group]}, cell), sites, title)


def _read_pdb(name: str, text: str) -> NamedStructures:
    document = gemmi.read_pdb_string(text)
    if sum(model.count_atom_sites() for model in document) > MAX_ATOMS_IN_FILE:
        raise StructureError(f"more than {MAX_ATOMS_IN_FILE} atoms; split the file")
    cell = document.cell
    periodic = cell.is_crystal()
    if len(document) == 0:
        raise StructureError("no atoms; nothing can be simulated from it")
    for index, model in enumerate(document):
        shown = name if len(document) == 1 else f"{name}:{index + 1}"
        try:
            sites = [
                Site(
                    atom.name,
                    _pdb_element(atom),
                    np.array((cell.fractionalize(atom.pos) if periodic else atom.pos).tolist()),
                    atom.occ,
                    atom.b_iso / (8 * np.pi**2),
                )
                for chain in model
                for residue in chain
                for atom in residue
                if atom.occ != 0.0
            ]
            if not sites:
                raise StructureError("no atoms; nothing can be simulated from it")
            if periodic:
                lattice = (cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma)
                yield shown, _expanded(lattice, document.spacegroup_hm or "P 1", sites, shown)
            else:
                yield shown, _cluster(sites, shown)
        except StructureError as error:
            yield shown, error


def _pdb_element(atom: gemmi.Atom) -> str:
    if atom.element.atomic_number > 0:
        return atom.element.name
    return cif.element_of(atom.name, "", {})


def _cluster(sites: list[Site], title: str) -> Structure:
    structure = make_structure(
        None,
        [site.symbol for site in sites],
        np.array([site.position for site in sites]),
        occupancy=[site.occupancy for site in sites],
        u=[site.u for site in sites],
        title=title,
    )
    structure.warnings = check(structure)
    return structure


def _read_xyz(name: str, text: str) -> NamedStructures:
    """XYZ, one or many frames; the extended dialect by ase."""
    head = text.split("\n", 2)
    if not head[0].strip().isdigit() or len(head[0]) > 40:
        raise StructureError(f"line 1 is {head[0][:40]!r}; expected the number of atoms")
    if not 0 < int(head[0]) <= MAX_ATOMS_IN_FILE:
        raise StructureError(f"{int(head[0])} atoms; from 1 to {MAX_ATOMS_IN_FILE} are read")
    if len(head) > 1 and re.search(r"(lattice|properties)\s*=", head[1], re.IGNORECASE):
        columns = re.search(r"properties\s*=\s*(\S*)", head[1], re.IGNORECASE)
        if columns and re.search(r"\d{4}", columns[1]):
            raise StructureError(f"Properties={columns[1][:60]}: too many columns; correct it")
        yield from _read_by_ase(name, text, "extxyz")
        return
    lines = text.rstrip().split("\n")
    frames, start = [], 0
    while start < len(lines):
        first = lines[start].strip()
        if not first.isdigit() or len(first) > 9 or len(lines) < start + int(first) + 2:
            raise StructureError(
                f"frame {len(frames) + 1} begins with {first[:40]!r}, and {len(lines) - start - 1} "
                "lines follow; expected the number of atoms, a comment, and a line for each atom"
            )
        frames.append(lines[start + 2 : start + int(first) + 2])
        start += int(first) + 2
    for index, frame in enumerate(frames):
        shown = name if len(frames) == 1 else f"{name}:{index + 1}"
        try:
            structure = _cluster([_xyz_site(line) for line in frame], shown)
            structure.warnings.insert(0, "no displacement parameters")
            yield shown, structure
        except StructureError as error:
            yield shown, error


def _xyz_site(line: str) -> Site:
    words = line.split()
    position = np.array([cif.number(word) for word in words[1:4]])
    if len(position) < 3 or not np.isfinite(position).all():
        raise StructureError(f"line {line[:60]!r}; expected a symbol and three numbers (angstrom)")
    label = words[0]
    if label.isdigit() and 0 < int(label[:9]) < len(chemical_symbols):
        label = chemical_symbols[int(label)]
    return Site(label, cif.element_of(label, "", {}), position, 1.0)


def _read_poscar(name: str, text: str) -> NamedStructures:
    """POSCAR of VASP 5, or of VASP 4 where the first line names the elements."""
    lines = text.split("\n")
    if len(lines) < 8:
        raise StructureError(f"{len(lines)} lines; a POSCAR has at least eight")
    counts_at = 5 if re.fullmatch(r"\s*\d[\d\s]*", lines[5]) else 6
    words = re.sub(r"[!#].*", "", lines[counts_at]).split()
    if not words or not all(word.isdigit() and len(word) < 19 for word in words):
        raise StructureError(
            f"line {counts_at + 1} is {lines[counts_at][:40]!r}; expected how many atoms of each "
            "element"
        )
    if sum(map(int, words)) > MAX_ATOMS_IN_FILE:
        raise StructureError(f"{sum(map(int, words))} atoms; at most {MAX_ATOMS_IN_FILE} are read")
    if counts_at == 5:
        symbols = lines[0].split()
        if len(symbols) != len(words) or not all(s in chemical_symbols[1:] for s in symbols):
            raise StructureError(
                "the file names no elements; write them above the numbers of atoms (VASP 5)"
            )
        lines.insert(5, lines[0])
    else:  # labels of potentials: Fe_pv, O/hash
        cleaned = [re.split(r"[_/]", word)[0] for word in lines[5].split()]
        unknown = [word for word in cleaned if word not in chemical_symbols[1:]]
        if unknown:
            raise StructureError(f"line 6 names {unknown[0][:20]!r}; expected elements such as Fe")
        lines[5] = " ".join(cleaned)
    yield from _read_by_ase(name, "\n".join(lines), "vasp")


def _read_by_ase(name: str, text: str, format_name: str) -> NamedStructures:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frames = ase.io.read(io.StringIO(text), index=":", format=format_name)
    if not frames:
        raise StructureError("no atoms; nothing can be simulated from it")
    for index, atoms in enumerate(frames):
        shown = name if len(frames) == 1 else f"{name}:{index + 1}"
        try:
            yield shown, _from_ase(atoms, shown)
        except (StructureError, elements.ElementError) as error:
            yield shown, StructureError(str(error))


def _from_ase(atoms: Atoms, title: str) -> Structure:
    if len(atoms) > MAX_ATOMS_IN_FILE:
        raise StructureError(f"{len(atoms)} atoms; at most {MAX_ATOMS_IN_FILE} are read")
    periodic = bool(atoms.pbc.all()) and atoms.cell.rank == 3
    if atoms.pbc.any() and not periodic:
        raise StructureError("periodic along some directions only; give a cell of three or none")
    symbols = [elements.clean_symbol(symbol) for symbol in atoms.get_chemical_symbols()]
    if periodic:
        lattice, xyz = atoms.cell.cellpar(), atoms.get_scaled_positions(wrap=False)
    else:
        lattice, xyz = None, atoms.get_positions()
    structure = make_structure(lattice, symbols, xyz, title=title)
    structure.warnings = ["no displacement parameters", *check(structure)]
    return structure


READERS: dict[str, Callable[[str, str], NamedStructures]] = {
    "cif": _read_cif,
    "stru": _read_stru,
    "xyz": _read_xyz,
    "pdb": _read_pdb,
    "poscar": _read_poscar,
}
