"""The user's own structures: read, described and named by type, to be compared with curves.

No model learns from them. A structure whose type nobody gave gets the type of a compound of the
library that it is equal to but for its elements and its size; else its file's name stands for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from diffpy.structure import Structure

from pdflearn.core.grid import Grid
from pdflearn.dataset.collection import user_labels
from pdflearn.identification.search import (
    log_axis,
    reference_patterns,
    similarities,
)
from pdflearn.measured.observation import R_MAX, Observation
from pdflearn.structures import substitution
from pdflearn.structures.library import Library
from pdflearn.structures.structure import (
    StructureError,
    arrays,
    describe,
    make_structure,
    symmetry_of,
)
from pdflearn.structures.tables import LibraryError

ORIGIN = "lookup"
# Two structures of one space group and one kind of formula are of one type where their curves,
# with the same elements, are alike to this cosine. Of 60 compounds of the library drawn at random,
# each left out in turn, all are recognised so, three as the type of equal sites with the roles of
# the elements exchanged (fluorite as antifluorite).
SAME_TYPE = 0.90
MEMBERS_COMPARED = 8  # compounds of a type that a structure is compared with
MAX_ATOMS = 400  # of the cell of a structure whose type is looked for
COLUMNS = [
    "id", "name", "file", "origin", "structure_type", "crystal_system", "elements", "formula",
    "volume_per_atom", "structure_kind", "parent", "warnings",
]  # fmt: skip


@dataclass
class OwnStructures:
    """The user's structures, and the files that cannot be used.

    Attributes
    ----------
    structures : dict
        id -> Structure; the id is "lookup", a colon and the structure's name.
    rows : list of dict
        What the index says of each, with the keys `COLUMNS`.
    rejected : list of dict
        file and reason.
    """

    structures: dict[str, Structure] = field(default_factory=dict)
    rows: list[dict[str, object]] = field(default_factory=list)
    rejected: list[dict[str, str]] = field(default_factory=list)

    def index(self) -> pd.DataFrame:
        """The rows as a table."""
        return pd.DataFrame(self.rows, columns=COLUMNS)

    def add(
        self,
        structure: Structure,
        name: str,
        file: str,
        library: Library | None = None,
        known: Mapping[str, str] | None = None,
    ) -> None:
        """Add a structure, or note why it cannot be used.

        Parameters
        ----------
        structure : Structure
        name, file : str
            What it is called, and the file that it is from.
        library : Library, optional
            Whose types are recognised.
        known : mapping, optional
            What the user says of it: structure_type, crystal_system and the like.
        """
        known = known or {}
        try:
            described = describe(structure)
            structure_type = known.get("structure_type") or recognise(structure, described, library)
        except StructureError as error:
            self.rejected.append({"file": name, "reason": str(error)})
            return
        structure_type = structure_type or _stem(name)
        parent = ""
        if library is not None and structure_type in library.types.index:
            parent = str(library.types.loc[structure_type, "parent"])
        row = {
            **described,
            "id": f"{ORIGIN}:{name}",
            "name": name,
            "file": file,
            "origin": ORIGIN,
            "parent": parent,
            "warnings": "; ".join(structure.warnings),
            **known,
            "structure_type": structure_type,
        }
        self.rows.append({column: row[column] for column in COLUMNS})
        self.structures[str(row["id"])] = structure


def read_lookup(files: Iterable[str], folder: str, library: Library | None) -> OwnStructures:
    """Read the user's structures of the folder of structures to look up.

    Parameters
    ----------
    files : iterable of str
    folder : str
        The folder that they are in; its subfolders and its labels.csv give their types, as in
        resources/structures.
    library : Library or None
        Whose types are recognised.
    """
    labels = user_labels(folder)
    named = [(path, Path(path).relative_to(folder).as_posix()) for path in files]
    result = read_own(named, library, labels)
    present = {name for _, name in named}
    for name in sorted(set(labels) - present):
        if not (Path(folder) / name).is_file():
            reason = "labels.csv names this file, but it is not there; correct the line's file"
            result.rejected.append({"file": name, "reason": reason})
    return result


def read_own(
    files: Iterable[tuple[str, str]],
    library: Library | None = None,
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> OwnStructures:
    """Read structure files; one that cannot be read is noted with the reason.

    Parameters
    ----------
    files : iterable of (path, name)
        Where each file is, and what it is called in the answers.
    library : Library, optional
        Whose types are recognised.
    labels : mapping, optional
        name -> what the user says of the file: structure_type, crystal_system and the like.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "gold.xyz"
    ...     _ = path.write_text("2\\n\\nAu 0 0 0\\nAu 2.88 0 0\\n")
    ...     own = read_own([(str(path), "gold.xyz"), (f"{path}.cif", "none.cif")])
    >>> own.rows[0]["structure_type"], own.rows[0]["formula"], own.rejected[0]["file"]
    ('gold', 'Au', 'none.cif')
    """
    from pdflearn.structures import reader  # the libraries of all formats are large

    result = OwnStructures()
    for path, file in files:
        known = (labels or {}).get(file, {})
        for name, structure in reader.read_structures(path):
            full_name = file + name.removeprefix(Path(path).name)
            if isinstance(structure, StructureError):
                result.rejected.append({"file": full_name, "reason": str(structure)})
            else:
                result.add(structure, full_name, file, library, known)
    return result


def recognise(
    structure: Structure, described: Mapping[str, object], library: Library | None
) -> str:
    """Find the type of the library that a structure is of; "" where there is none.

    The space group and the shares of the kinds of atoms must be those of a compound of the type.
    Then that compound gets the structure's elements and its cell, and the curves of the two are
    compared at the best of all uniform stretches.

    Parameters
    ----------
    structure : Structure
    described : mapping
        As `describe` returns it.
    library : Library or None

    Examples
    --------
    >>> from pdflearn.structures.library import load_library
    >>> library = load_library("resources/library")
    >>> silver = library.build("Ag fcc")
    >>> recognise(silver, describe(silver), library)
    'fcc'
    """
    number = described["space_group_number"]
    if library is None or not structure.periodic or not number or len(structure) > MAX_ATOMS:
        return ""
    grid = Grid(r_min=1.0, r_max=R_MAX, r_step=0.02)
    shares = substitution.shares(structure)
    standard = symmetry_of(structure).std_lattice
    axis = log_axis(extended=True)
    curve = reference_patterns([structure], grid)[0] / np.sqrt(axis)
    inside = (axis >= 1.5) & (axis <= R_MAX - 0.1)
    observation = Observation(axis[inside], curve[inside].astype(float))
    best, best_type = SAME_TYPE, ""
    compounds = library.compounds
    for structure_type in library.types.index[library.types["space_group_number"] == number]:
        names = compounds.index[compounds["structure_type"] == structure_type]
        variants: list[Structure] = []
        for name in names[:MEMBERS_COMPARED]:
            try:
                member = library.build(name)
            except (LibraryError, StructureError):  # a wrong row is named where it is read
                continue
            ways = substitution.assignments(shares, substitution.shares(member))
            if ways:
                member = _with_cell(member, standard)
            variants += [substitution.substitute(member, way) for way in ways]
        if not variants:
            continue
        similarity, _ = similarities(observation, reference_patterns(variants, grid))
        if similarity.max() > best:
            best, best_type = float(similarity.max()), str(structure_type)
    return best_type


def _with_cell(member: Structure, standard: np.ndarray) -> Structure:
    """A compound in a cell of other lengths and angles.

    Parameters
    ----------
    member : Structure
    standard : array (3, 3)
        Vectors, one a row, of the other crystal's standardised cell, angstrom. In its own setting
        (a b c) = (a_s b_s c_s) P, with P the transformation that spglib finds for the compound.
    """
    transformation = symmetry_of(member).transformation_matrix
    base = transformation.T @ standard
    lengths = np.linalg.norm(base, axis=1)
    cosines = (base @ base.T) / np.outer(lengths, lengths)
    angles = np.degrees(np.arccos(np.clip([cosines[1, 2], cosines[0, 2], cosines[0, 1]], -1, 1)))
    symbols, xyz, occupancy, _ = arrays(member)
    cell = [*lengths.tolist(), *angles.tolist()]
    return make_structure(cell, symbols.tolist(), xyz, occupancy, orbits=member.orbits)


def _stem(name: str) -> str:
    """A file's name without folders and ending: what stands for a type of its own."""
    file, colon, block = Path(name).name.partition(":")
    for ending in (".gz", ".bz2", ".xz"):
        file = file.removesuffix(ending)
    stem = file.rsplit(".", 1)[0] or file
    return (f"{stem}:{block}" if colon else stem).replace("+", "_")  # "a+b" is a mixture
