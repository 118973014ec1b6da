"""Structure files of any format: read, expanded, checked. No file of the user is ever changed."""

import re
from pathlib import Path

from diffpy.structure import Structure

from pdflearn.core.archives import (
    ArchiveError,
    decompress,
    is_zip,
    plain_text,
    read_file,
    zip_members,
)
from pdflearn.core.timeout import Overdue, limited
from pdflearn.structures.formats import READERS, NamedStructures, format_of
from pdflearn.structures.structure import StructureError

MAX_STRUCTURES = 20_000  # of one file, or one member of an archive
MAX_SECONDS = 30.0  # for one file, or one member of an archive


def read_structure(path: str | Path, block: str | None = None) -> Structure:
    """Read one structure of a file.

    Parameters
    ----------
    path : str or Path
        CIF, PDFfit's or DISCUS' .stru, XYZ, extended XYZ, PDB or POSCAR; also compressed (.gz,
        .bz2, .xz) or in a .zip.
    block : str, optional
        Name of the block of a CIF or of the member of an archive; without it the first one that
        can be used.

    Returns
    -------
    Structure
        The whole cell, checked; its `warnings` say what is doubtful or was changed.

    Raises
    ------
    StructureError
        With the reason: the first one, where the file holds nothing that can be used.

    See Also
    --------
    read_structures : Every structure of a file.
    pdflearn.structures.structure.describe : What a structure is.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "pair.xyz"
    ...     _ = path.write_text("2\\ngold pair\\nAu 0 0 0\\nAu 2.88 0 0\\n")
    ...     structure = read_structure(path)
    >>> structure.composition
    {'Au': 2.0}
    >>> structure.warnings
    ['no displacement parameters']
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


def read_structures(path: str | Path) -> NamedStructures:
    """Read every structure of a file or archive, one after the other.

    Parameters
    ----------
    path : str or Path
        See `read_structure`.

    Yields
    ------
    name : str
        The file's name; with several in a file, followed by a colon and the block's or member's.
    structure : Structure or StructureError
        The whole cell, or the reason why it cannot be used.
    """
    path = Path(path)
    try:
        data = read_file(path)
        members = zip_members(data) if is_zip(data) else None
    except ArchiveError as error:
        yield path.name, StructureError(str(error))
        return
    if members is None:
        yield from _from_bytes(path.name, data)
        return
    for member in members:
        name = f"{path.name}:{member.name}"
        try:
            data = member.read()
        except ArchiveError as error:
            yield name, StructureError(str(error))
        else:
            yield from _from_bytes(name, data)


def _from_bytes(name: str, content: bytes) -> NamedStructures:
    results: list[tuple[str, Structure | StructureError]] = []
    try:
        with limited(MAX_SECONDS):
            text = plain_text(decompress(content))
            for pair in READERS[format_of(name, text)](name, text):
                results.append(pair)
                if len(results) == MAX_STRUCTURES:
                    raise StructureError(
                        f"the first {MAX_STRUCTURES} structures are read; split the file"
                    )
    except StructureError as error:
        results.append((name, error))
    except ArchiveError as error:
        results.append((name, StructureError(str(error))))
    except Overdue:
        reason = f"not read within {MAX_SECONDS:g} seconds; split it or use a smaller cell"
        results.append((name, StructureError(reason)))
    except MemoryError:
        results.append((name, StructureError("too large for the memory; use a smaller cell")))
    except Exception as error:  # a stranger's file must not end the run
        reason = re.sub(r"\s+", " ", str(error))[:200]
        reason = f"cannot be read ({type(error).__name__}: {reason}); export it as CIF"
        results.append((name, StructureError(reason)))
    yield from results
