"""The formats of structure files: text to structures, expanded to the whole cell and checked."""

import io
import re
import warnings
from collections.abc import Callable, Iterator
from itertools import islice

import ase.io
import gemmi
import numpy as np
from ase import Atoms
from ase.data import chemical_symbols
from diffpy.structure import Structure

from pdflearn.structures import cif, elements, stru, symbols
from pdflearn.structures.checks import check
from pdflearn.structures.cif_syntax import document_blocks, number
from pdflearn.structures.expansion import Site, cluster, expand_named
from pdflearn.structures.structure import NO_CELL, StructureError, make_structure

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
    if re.search(r"^\s*cell\s", text, re.M) and re.search(r"^\s*atoms(\s+x\W.*)?$", text, re.M):
        return "stru"
    if re.match(r"\s*\d+\s*\n", text):
        return "xyz"
    raise StructureError(
        "no known structure format; expected CIF, PDFfit .stru, XYZ, PDB or POSCAR"
    )


def _read_cif(name: str, text: str) -> NamedStructures:
    blocks = document_blocks(text)
    for block, values in blocks:
        shown = name if len(blocks) == 1 else f"{name}:{block}"
        try:
            yield shown, cif.read_block(block or name, values)
        except StructureError as error:
            yield shown, error


def _read_stru(name: str, text: str) -> NamedStructures:
    yield name, stru.read_stru(name, text, MAX_ATOMS_IN_FILE)


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
                yield shown, expand_named(lattice, document.spacegroup_hm or "P 1", sites, shown)
            else:
                yield shown, cluster(sites, shown)
        except StructureError as error:
            yield shown, error


def _pdb_element(atom: gemmi.Atom) -> str:
    if atom.element.atomic_number > 0:
        return atom.element.name
    return symbols.element_of_label(atom.name, {})


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
        plain, atoms = _plain_extxyz(text)
        yield from _read_by_ase(name, plain, "extxyz", atoms)
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
            structure = cluster([site for line in frame for site in _xyz_sites(line)], shown)
            structure.warnings.insert(0, "no displacement parameters")
            yield shown, structure
        except StructureError as error:
            yield shown, error


def _xyz_sites(line: str) -> list[Site]:
    words = line.split()
    position = np.array([number(word) for word in words[1:4]])
    if len(position) < 3 or not np.isfinite(position).all():
        raise StructureError(f"line {line[:60]!r}; expected a symbol and three numbers (angstrom)")
    shares = symbols.occupants(_symbol_of(words[0]))
    return [Site(words[0], symbol, position, share) for symbol, share in shares.items()]


def _symbol_of(word: str) -> str:
    """The name of an atom as a symbol; names may be atomic numbers."""
    if word.isdigit() and 0 < int(word[:9]) < len(chemical_symbols):
        return chemical_symbols[int(word)]
    return word


def _plain_extxyz(text: str) -> tuple[str, list[str]]:
    """Extended XYZ with plain elements, which are all that ase reads, and its atoms' symbols."""
    lines, atoms = text.rstrip().split("\n"), []
    start = 0
    while start < len(lines) and lines[start].strip().isdigit():
        end = start + 2 + int(lines[start])
        columns = re.search(r"properties\s*=\s*\"?(\S*?)\"?(\s|$)", lines[start + 1], re.IGNORECASE)
        fields = columns[1].split(":") if columns else ["species", "S", "1"]
        names = [
            name
            for name, n in zip(fields[::3], fields[2::3], strict=False)
            for _ in range(int(n) if n.isdigit() else 1)
        ]
        column = names.index("species") if "species" in names else -1
        for k in range(start + 2, min(end, len(lines))):
            words = lines[k].split()
            if 0 <= column < len(words):
                atoms.append(_only_symbol(_symbol_of(words[column])))
                words[column] = elements.clean_symbol(atoms[-1])
                lines[k] = " ".join(words)
        start = end
    return "\n".join(lines) + "\n", atoms


def _only_symbol(word: str) -> str:
    """The symbol of a site that no elements can share."""
    shares = symbols.occupants(word)
    if list(shares.values()) != [1.0]:
        raise StructureError(f"{word[:40]!r} shares its site; this format has one element a site")
    return next(iter(shares))


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
        try:
            names = [_only_symbol(word) for word in lines[0].split()]
        except StructureError:
            names = []
        if len(names) != len(words):
            raise StructureError(
                "the file names no elements; write them above the numbers of atoms (VASP 5)"
            )
        lines.insert(5, "")
    else:  # labels of potentials: Fe_pv, O/hash
        try:
            names = [_only_symbol(word.split("/")[0]) for word in lines[5].split()]
        except StructureError as error:
            raise StructureError(f"line 6: {error}") from None
    lines[5] = " ".join(elements.clean_symbol(symbol) for symbol in names)
    atoms = [name for name, word in zip(names, words, strict=False) for _ in range(int(word))]
    yield from _read_by_ase(name, "\n".join(lines), "vasp", atoms)


def _read_by_ase(
    name: str, text: str, format_name: str, atom_symbols: list[str]
) -> NamedStructures:
    """The structures of a text with plain elements; `atom_symbols` are those of all atoms."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frames = ase.io.read(io.StringIO(text), index=":", format=format_name)
    if not frames:
        raise StructureError("no atoms; nothing can be simulated from it")
    known = iter(atom_symbols)
    for index, atoms in enumerate(frames):
        shown = name if len(frames) == 1 else f"{name}:{index + 1}"
        own = list(islice(known, len(atoms))) or atoms.get_chemical_symbols()
        try:
            yield shown, _from_ase(atoms, own, shown)
        except (StructureError, elements.ElementError) as error:
            yield shown, StructureError(str(error))


def _from_ase(atoms: Atoms, atom_symbols: list[str], title: str) -> Structure:
    if len(atoms) > MAX_ATOMS_IN_FILE:
        raise StructureError(f"{len(atoms)} atoms; at most {MAX_ATOMS_IN_FILE} are read")
    if not np.isfinite(atoms.cell.array).all():
        raise StructureError("an axis of the cell is no finite number; correct the cell")
    periodic = bool(atoms.pbc.all()) and atoms.cell.rank == 3
    if periodic and tuple(atoms.cell.cellpar()) == NO_CELL:
        periodic, atoms.pbc = False, False
    if atoms.pbc.any() and not periodic:
        raise StructureError("periodic along some directions only; give a cell of three or none")
    if periodic:
        lattice, xyz = atoms.cell.cellpar(), atoms.get_scaled_positions(wrap=False)
    else:
        lattice, xyz = None, atoms.get_positions()
    structure = make_structure(lattice, atom_symbols, xyz, title=title)
    structure.warnings = ["no displacement parameters", *check(structure)]
    return structure


READERS: dict[str, Callable[[str, str], NamedStructures]] = {
    "cif": _read_cif,
    "stru": _read_stru,
    "xyz": _read_xyz,
    "pdb": _read_pdb,
    "poscar": _read_poscar,
}
