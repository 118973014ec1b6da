"""Which elements structures of one type have on each site: what is known of its chemistry."""

import numpy as np

from pdflearn.identification.catalogue import Catalogue
from pdflearn.structures.elements import clean_symbol

MEMBERS_COMPARED = 60  # structures of the type that are looked at


def site_occupants(catalogue: Catalogue, structure_id: str) -> dict[str, set[str]]:
    """What real structures of the same type have on the sites of each element of a structure.

    Only of those whose atoms are listed as in it, as all of the library's are.

    Parameters
    ----------
    catalogue : Catalogue
    structure_id : str

    Returns
    -------
    dict
        Element of the structure -> itself, and the elements of the others on the same sites.

    Examples
    --------
    >>> import pandas as pd
    >>> from pdflearn.structures.library import load_library
    >>> names = ["CuCl zincblende", "ZnS zincblende"]
    >>> catalogue = Catalogue(
    ...     pd.DataFrame({"structure_type": ["zincblende"] * 2}, index=names),
    ...     references=None,
    ...     load=load_library("resources/library").build,
    ... )
    >>> known = site_occupants(catalogue, names[0])
    >>> sorted(known["Cu"]), sorted(known["Cl"])
    (['Cu', 'Zn'], ['Cl', 'S'])
    """
    table = catalogue.structures
    table = table[table["structure_type"] == table.loc[structure_id, "structure_type"]]
    if "origin" in table:
        table = table[table["origin"] != "hypothetical"]
    structure = catalogue.load(structure_id)
    orbits = getattr(structure, "orbits", None)
    symbols = [clean_symbol(atom.element) for atom in structure]
    known = {symbol: {symbol} for symbol in symbols}
    for other_id in table.index[:MEMBERS_COMPARED] if orbits is not None else ():
        other = catalogue.load(other_id)
        if len(other) != len(symbols) or not np.array_equal(other.orbits, orbits):
            continue
        for symbol, atom in zip(symbols, other, strict=True):
            known[symbol].add(clean_symbol(atom.element))
    return known
