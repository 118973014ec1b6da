"""What a command line, or a call, says of samples beside their files: elements, own structures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pdflearn.core.errors import PdflearnError
from pdflearn.identification.lookup import OwnStructures, read_own
from pdflearn.identification.request import structure_files
from pdflearn.measured.index import readable
from pdflearn.measured.samples import MeasuredSample
from pdflearn.structures.elements import ElementError, is_formula, parse_elements
from pdflearn.structures.library import Library
from pdflearn.study.patterns import StructureLike, as_structure


class AskedError(PdflearnError):
    """Something that was asked and cannot be done; says what and what to do."""


@dataclass(frozen=True)
class Asked:
    """What the command line says of all files; it goes before their samples.csv.

    Attributes
    ----------
    structures : tuple of str
        Structure files that are tried, as they were named.
    only : bool
        Whether nothing but these is tried.
    elements : str
        The samples' elements, or a formula; "" where samples.csv alone speaks.
    """

    structures: tuple[str, ...] = ()
    only: bool = False
    elements: str = ""

    def of_sample(self, sample: MeasuredSample, lookup: OwnStructures) -> MeasuredSample:
        """A sample with what is asked of it."""
        files = [*structure_files(sample.structure), *(str(row["file"]) for row in lookup.rows)]
        given = given_chemistry(self.elements) if self.elements else {}
        structure = ";".join(dict.fromkeys(files)) + (";" if files else "")
        return replace(sample, structure=structure, only=sample.only or self.only, **given)


NOTHING_ASKED = Asked()


def given_chemistry(text: str) -> dict[str, Any]:
    """Fields of a sample for elements or a formula as the command line has them.

    Examples
    --------
    >>> given_chemistry("Ti,O"), given_chemistry("Fe3O4")["composition"]
    ({'elements': 'O Ti'}, 'Fe3O4')
    """
    try:
        return {"elements": " ".join(parse_elements(text))}
    except ElementError as error:
        if is_formula(text):
            return {"composition": text, "composition_given": True}
        raise AskedError(
            f"elements {text!r}: {error}; expected symbols such as Ti,O or a formula such as TiO2"
        ) from None


def own_structures(
    structures: Sequence[StructureLike], library: Library | None = None
) -> OwnStructures:
    """The structures that are to be tried; files that cannot be used are noted with the reason.

    Parameters
    ----------
    structures : sequence of Structure or path
    library : Library, optional
        Whose types are recognised.
    """
    lookup = OwnStructures()
    for number, item in enumerate(structures, start=1):
        if isinstance(item, str | Path):
            of_file = read_own([(str(item), readable(str(item)))], library)
            lookup.rows += of_file.rows
            lookup.structures |= of_file.structures
            lookup.rejected += of_file.rejected
        else:
            structure, name = as_structure(item)
            if any(row["name"] == name for row in lookup.rows):
                name = f"{name} ({number})"
            lookup.add(structure, name, name, library)
    return lookup


def required_structures(structures: Iterable[str], library: Library | None) -> OwnStructures:
    """The structures that alone are to be tried: at least one must be usable.

    Raises
    ------
    AskedError
        Where there is none.
    """
    structures = list(structures)
    if not structures:
        raise AskedError("--only tries the files of --structure alone; name at least one")
    lookup = own_structures(structures, library)
    if not lookup.structures:
        reasons = "; ".join(f"{row['file']}: {row['reason']}" for row in lookup.rejected)
        raise AskedError(f"none of the structures can be used: {reasons}")
    return lookup
