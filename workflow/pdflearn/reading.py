"""Structure files of any kind: read, checked, labelled. Nothing of the user's is ever changed."""

import bz2
import csv
import gzip
import io
import lzma
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import ase.io
import gemmi
import numpy as np
from ase import Atoms
from diffpy.structure import Structure
from diffpy.structure.parsers import getParser

from pdflearn import cif, elements
from pdflearn.checks import check
from pdflearn.structures import StructureError, make_structure

MOST_BYTES = 50_000_000
MOST_MEMBERS = 20_000
MOST_ATOMS = 200_000

Found = Iterator[tuple[str, Structure | StructureError]]


def read_structure(path: str | Path, block: str | None = None) -> Structure:
    """Read one structure of a file.

    Parameters
    ----------
    path : path
        CIF, PDFfit .stru, XYZ, extended XYZ, PDB, POSCAR; also compressed or in a .zip.
    block : str, optional
        Name of the block or member; without it the first that can be used.

    Raises
    ------
    StructureError
        With the reason: the first one, where the file holds nothing that can be used.
    """
    others, reason = 0, None
    chosen = None
    for name, structure in read_structures(path):
        if block is not None and name not in (block, f"{Path(path).name}:{block}"):
            others += 1
            continue
        if isinstance(structure, StructureError):
            reason = reason or structure
        elif chosen is None:
            chosen = structure
        else:
            others += 1
            break
    if chosen is None:
        if reason is None:
            words = f"no block {block!r}" if block is not None else "no structure"
            raise StructureError(f"{path}: {words} in the file; see what the file holds")
        raise StructureError(f"{path}: {reason}")
    if others and block is None:
        chosen.warnings.append("the file holds more structures; the first was taken")
    return chosen


def read_structures(path: str | Path) -> Found:
    """Every structure of a file or archive, or the reason why it cannot be used.

    Yields
    ------
    name : str
        The file's name; with several in a file, followed by a colon and the block's or member's.
    structure : Structure or StructureError
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise StructureError(
                f"the file has {size:,} bytes; at most {MOST_BYTES:,} are read: split it"
            )
        content = path.read_bytes()
    except StructureError as error:
        yield path.name, error
        return
    except OSError as error:
        yield path.name, StructureError(f"cannot be opened ({error.strerror}); check the path")
        return
    if content[:2] == b"PK":
        yield from _members(path.name, content)
    else:
        yield from _from_bytes(path.name, content)


def _members(name: str, content: bytes) -> Found:
    """The structures of a zip archive; nothing is written, so no member's name can lead away."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > MOST_MEMBERS:
                raise StructureError(f"{len(members)} members; at most {MOST_MEMBERS} are read")
            left = 10 * MOST_BYTES
            for member in sorted(members, key=lambda member: member.filename):
                shown = f"{name}:{member.filename}"
                if member.file_size > min(MOST_BYTES, left):
                    yield shown, StructureError("too large once unpacked; unpack it yourself")
                    continue
                left -= member.file_size
                with archive.open(member) as handle:
                    yield from _from_bytes(shown, handle.read(MOST_BYTES + 1))
    except StructureError as error:
        yield name, error
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        yield name, StructureError(f"not a zip archive that can be read ({error}); pack it again")


def _unpack(content: bytes) -> bytes:
    openers: dict[bytes, Callable] = {
        b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open,
    }  # fmt: skip
    for magic, opener in openers.items():
        if content.startswith(magic):
            try:
                with opener(io.BytesIO(content)) as handle:
                    unpacked = handle.read(MOST_BYTES + 1)
            except (OSError, EOFError, lzma.LZMAError, ValueError) as error:
                raise StructureError(f"damaged compressed file ({error}); pack it again") from None
            if len(unpacked) > MOST_BYTES:
                raise StructureError("too large once unpacked; unpack it yourself and split it")
            return unpacked
    return content


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    if "\0" in text:
        raise StructureError("a binary file, not text; export the structure as CIF")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _from_bytes(name: str, content: bytes) -> Found:
    try:
        text = _text(_unpack(content))
        kind = _kind(name, text)
        yield from _READERS[kind](name, text)
    except StructureError as error:
        yield name, error
    except Exception as error:  # noqa: BLE001  (a stranger's file must not end the run)
        words = re.sub(r"\s+", " ", str(error))[:200]
        yield (
            name,
            StructureError(f"cannot be read ({type(error).__name__}: {words}); export it as CIF"),
        )


def _kind(name: str, text: str) -> str:
    """The format, by the name's ending, else by the content."""
    stem = re.sub(r"\.(gz|bz2|xz)$", "", name.lower())
    last = re.split(r"[/:]", stem)[-1]
    for endings, kind in (
        ((".cif", ".mcif"), "cif"),
        ((".stru", ".dstr"), "stru"),
        ((".xyz", ".extxyz"), "xyz"),
        ((".pdb", ".ent"), "pdb"),
        ((".vasp", ".poscar"), "poscar"),
    ):
        if last.endswith(endings):
            return kind
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


def _read_cif(name: str, text: str) -> Found:
    try:
        document = gemmi.cif.read_string(text)
    except (ValueError, RuntimeError) as error:
        words = str(error).removeprefix("string:")
        yield name, StructureError(f"not valid CIF ({words}); correct the file or export it again")
        return
    blocks = [b for b in document if b.find_values("_atom_site_fract_x")] or list(document)[:1]
    if not blocks:
        yield name, StructureError("no data block; a CIF begins with data_")
    for block in blocks:
        shown = name if len(blocks) == 1 else f"{name}:{block.name}"
        try:
            structure = cif.read_block(block)
            structure.title = structure.title or name
            yield shown, structure
        except StructureError as error:
            yield shown, error


def _read_stru(name: str, text: str) -> Found:
    parsed = getParser("pdffit").parse(text)
    lattice = parsed.lattice.abcABG()
    if len(parsed) > MOST_ATOMS:
        raise StructureError(f"{len(parsed)} atoms; at most {MOST_ATOMS} are read")
    u = [np.asarray(a.U) if a.anisotropy else float(a.Uisoequiv) for a in parsed]
    structure = make_structure(
        lattice,
        [elements.clean_symbol(atom.element) for atom in parsed],
        np.array([atom.xyz for atom in parsed]),
        occupancy=[atom.occupancy for atom in parsed],
        u=u,
        title=parsed.title or name,
    )
    structure.warnings = check(structure)
    yield name, structure


def _from_ase(atoms: Atoms, title: str) -> Structure:
    if len(atoms) > MOST_ATOMS:
        raise StructureError(f"{len(atoms)} atoms; at most {MOST_ATOMS} are read")
    periodic = bool(atoms.pbc.all()) and atoms.cell.rank == 3
    if atoms.pbc.any() and not periodic:
        raise StructureError("periodic along some directions only; give a cell of three or none")
    symbols = [elements.clean_symbol(symbol) for symbol in atoms.get_chemical_symbols()]
    if periodic:
        lattice, xyz = atoms.cell.cellpar(), atoms.get_scaled_positions(wrap=False)
    else:
        lattice, xyz = (1, 1, 1, 90, 90, 90), atoms.get_positions()
    structure = make_structure(lattice, symbols, xyz, periodic=periodic, title=title)
    structure.warnings = ["no displacement parameters", *check(structure)]
    return structure


def _ase_reader(format_name: str) -> Callable[[str, str], Found]:
    def read(name: str, text: str) -> Found:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frames = ase.io.read(io.StringIO(text), index=":", format=format_name)
        if not frames:
            raise StructureError("no atoms; nothing can be simulated from it")
        for number, atoms in enumerate(frames):
            shown = name if len(frames) == 1 else f"{name}:{number + 1}"
            try:
                if format_name == "proteindatabank" and np.allclose(atoms.cell.lengths(), 1.0):
                    atoms.set_cell(None)
                    atoms.pbc = False
                yield shown, _from_ase(atoms, shown)
            except (StructureError, elements.ElementError) as error:
                yield shown, StructureError(str(error))

    return read


_READERS: dict[str, Callable[[str, str], Found]] = {
    "cif": _read_cif,
    "stru": _read_stru,
    "xyz": _ase_reader("extxyz"),
    "pdb": _ase_reader("proteindatabank"),
    "poscar": _ase_reader("vasp"),
}


def user_labels(folder: str | Path) -> dict[str, dict[str, str]]:
    """Labels of the user's files, by their place in the folder.

    A file in resources/structures/<structure_type>/ has that type; a labels.csv beside files
    (columns file, structure_type and any others) goes before it.

    Raises
    ------
    StructureError
        For a labels.csv without a column `file`.
    """
    root = Path(folder)
    labels: dict[str, dict[str, str]] = {}
    if not root.is_dir():
        return labels
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root)
        if path.is_file() and len(place.parts) > 1:
            labels[place.as_posix()] = {"structure_type": place.parts[0]}
    for table in sorted(root.rglob("labels.csv")):
        rows = csv.DictReader(io.StringIO(_text(table.read_bytes())))
        if "file" not in (rows.fieldnames or []):
            raise StructureError(f"{table}: no column 'file'; expected file, structure_type, ...")
        for row in rows:
            place = (table.parent / str(row.pop("file"))).relative_to(root).as_posix()
            known = {k: v.strip() for k, v in row.items() if k and v and v.strip()}
            labels.setdefault(place, {}).update(known)
    return labels
