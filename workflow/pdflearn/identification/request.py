"""What a user says of a sample beside its curve: its elements, and structures to try."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pdflearn.measured.samples import MeasuredSample
from pdflearn.structures.elements import ElementError, parse_composition, parse_elements


@dataclass(frozen=True)
class Request:
    """What is known of a sample's chemistry, and the structures that are asked for.

    Parameters
    ----------
    elements : tuple of str, default empty
        The sample's elements in alphabetical order; empty where they are not known.
    composition : mapping, default empty
        Element -> share of the atoms, where the amounts are known as well.
    phases : tuple of mappings, default empty
        The composition of each phase of a mixture, where a formula such as "Si+Ni" gives them.
    structures : tuple of str, default empty
        Files of the user's own structures that are tried whatever their pattern looks like, as
        the catalogue names them (`Catalogue.ids_of_files`).
    only : bool, default False
        Whether nothing but these structures is tried.

    Examples
    --------
    >>> request = Request.of_chemistry("O2Ti")
    >>> request.elements, round(request.composition["O"], 2)
    (('O', 'Ti'), 0.67)
    >>> Request.of_chemistry("Si+Ni").elements
    ('Ni', 'Si')
    >>> Request.of_chemistry("", "Ti, O").composition
    {}
    """

    elements: tuple[str, ...] = ()
    composition: Mapping[str, float] = field(default_factory=dict)
    phases: tuple[Mapping[str, float], ...] = ()
    structures: tuple[str, ...] = ()
    only: bool = False

    @property
    def knows_elements(self) -> bool:
        """Whether the sample's elements are known."""
        return bool(self.elements)

    @classmethod
    def of_chemistry(cls, composition: str, elements: str = "") -> "Request":
        """Make a request from texts; what cannot be read counts as not known.

        Parameters
        ----------
        composition : str
            A formula, or those of a mixture's phases joined by "+".
        elements : str, default ""
            Symbols with commas, blanks or hyphens between them.
        """
        phases = tuple(parse_composition(part) for part in composition.split("+"))
        if not all(phases):
            phases = ()
        try:
            symbols = set(parse_elements(elements))
        except ElementError:
            symbols = set()
        symbols.update(*phases)
        one = phases[0] if len(phases) == 1 and set(phases[0]) == symbols else {}
        return cls(tuple(sorted(symbols)), one, phases if len(phases) > 1 else ())

    @classmethod
    def of_sample(cls, sample: MeasuredSample) -> "Request":
        """Make the request of a measured sample from what the user's table says of it."""
        composition = sample.composition if sample.composition_given else ""
        known = cls.of_chemistry(composition, sample.elements)
        return cls(
            known.elements,
            known.composition,
            known.phases,
            structure_files(sample.structure),
            sample.only,
        )


NOTHING_KNOWN = Request()


def structure_files(text: str) -> tuple[str, ...]:
    """Split a cell that names structure files.

    Names with blanks are separated by semicolons; without a semicolon blanks separate them.

    Examples
    --------
    >>> structure_files("Ni.cif fcc/Cu.cif"), structure_files("my file.cif; Ni.cif")
    (('Ni.cif', 'fcc/Cu.cif'), ('my file.cif', 'Ni.cif'))
    """
    names = text.split(";") if ";" in text else text.split()
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
