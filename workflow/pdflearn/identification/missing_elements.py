"""Elements of a sample that no phase of an answer holds: they are in a phase that is not seen."""

from collections.abc import Iterable, Sequence

from pdflearn.identification.candidate import Candidate
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.request import Request
from pdflearn.structures.chemistry import miscible
from pdflearn.structures.substitution import shares


def missing_elements(
    phases: Sequence[Candidate], catalogue: Catalogue, request: Request
) -> set[str]:
    """Elements of the sample that no phase holds, nor may hold in the place of another one.

    An element may take a place where it mixes with one of the phase's (`miscible` in
    `pdflearn.structures.chemistry`), or where a compound of the same type is known with the one in
    place of the other: zirconium is in ceria, as both oxides are fluorites.

    Parameters
    ----------
    phases : sequence of Candidate
    catalogue : Catalogue
    request : Request

    Returns
    -------
    set of str
        Empty where the elements are not known, or where a structure's are taken for others.
    """
    if not all(one.fits_composition for one in phases):
        return set()
    contents = [frozenset(shares(one.phase.structure)) for one in phases]
    held = frozenset().union(*contents)
    missing = {
        symbol
        for symbol in request.elements
        if symbol not in held and not any(miscible(symbol, other) for other in held)
    }
    if not missing:
        return missing
    known = catalogue.structures[["structure_type", "elements"]]
    for one, content in zip(phases, contents, strict=True):
        kin = known.loc[known["structure_type"] == one.structure_type, "elements"]
        kin = set(map(frozenset, kin.str.split("-")))
        missing -= {
            symbol for symbol in missing if any(content - {x} | {symbol} in kin for x in content)
        }
    return missing


def in_no_phase(elements: Iterable[str]) -> str:
    """The sentence about elements that no phase holds.

    Examples
    --------
    >>> in_no_phase({"O", "Mg"})
    'No phase of it holds Mg and O of the sample, so that there is more in it than is seen.'
    """
    *others, last = sorted(elements)
    names = f"{', '.join(others)} and {last}" if others else last
    return f"No phase of it holds {names} of the sample, so that there is more in it than is seen."
