"""Read CIF: from its text to sites, cell and symmetry, and to the whole cell.

gemmi parses the syntax. Tags of older dialects and of mmCIF are read alike, in upper or lower case.
"""

import re

import gemmi
import numpy as np
from diffpy.structure import Structure

from pdflearn.structures import elements
from pdflearn.structures.checks import stated_amounts
from pdflearn.structures.expansion import MAX_SITES, Site, expand
from pdflearn.structures.structure import StructureError
from pdflearn.structures.symmetry import readings

CELL = (
    "_cell_length_a", "_cell_length_b", "_cell_length_c", "_cell_angle_alpha", "_cell_angle_beta",
    "_cell_angle_gamma",
)  # fmt: skip
_MISSING = ("", ".", "?")
_VACANT = re.compile(r"(va|vac|vc|vacancy|void|\u25a1|dum|du)\W?\d*", re.IGNORECASE)
_ESD = re.compile(r"\s*\([^)]*\)?\s*$")
_VALENCE = re.compile(r"(?<=[a-z])val$|(?<=^[A-Z])val$|(?<=^[A-Z][a-z])va$")  # Sival, Cval, Siva
_B = 1 / (8 * np.pi**2)  # U = B / (8 pi^2)


def document_blocks(text: str) -> list[tuple[str, dict[str, list[str]]]]:
    """Name and values by tag of every block that has atoms; the first block where none has.

    Tags are in lower case, with "_" for the "." of the newer dictionaries.

    Raises
    ------
    StructureError
        For what is no CIF.
    """
    try:
        # level 0: a tag given twice is no reason to refuse; the first one counts
        document = gemmi.cif.read_string(text, check_level=0)
    except (ValueError, RuntimeError) as error:
        words = re.sub(r"\s+", " ", str(error).removeprefix("string:"))[:200]
        raise StructureError(
            f"not valid CIF ({words}); correct the file or export it again"
        ) from None
    blocks = [(block.name, _values(block)) for block in document]
    with_atoms = [
        block
        for block in blocks
        if "_atom_site_fract_x" in block[1] or "_atom_site_cartn_x" in block[1]
    ]
    if not blocks:
        raise StructureError("no data block; a CIF begins with data_")
    return with_atoms or blocks[:1]


def _values(block: gemmi.cif.Block) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for item in block:
        if item.pair is not None:
            tag, text = item.pair
            values.setdefault(_tag(tag), [_text(text)])
        elif item.loop is not None:
            tags, cells = item.loop.tags, item.loop.values
            for i, tag in enumerate(tags):
                column = [_text(text) for text in cells[i :: len(tags)]]
                values.setdefault(_tag(tag), column)
    return values


def _text(text: str) -> str:
    return text if text in _MISSING else gemmi.cif.as_string(text).strip()


def _tag(tag: str) -> str:
    return tag.lower().replace(".", "_")


def number(text: str | None) -> float:
    """Read a CIF number without its standard uncertainty; NaN for what is no number.

    Examples
    --------
    >>> number("3.524(2)"), number("1/4"), number("?")
    (3.524, 0.25, nan)
    """
    if text is None or text in _MISSING:
        return float("nan")
    text = _ESD.sub("", text).replace(",", ".")
    if re.fullmatch(r"[+-]?\d+/[1-9]\d*", text):
        top, bottom = text.split("/")
        return int(top) / int(bottom)
    try:
        return float(text) if re.fullmatch(r"[-+.0-9eE]+", text) else float("nan")
    except ValueError:
        return float("nan")


def _value(values: dict[str, list[str]], *tags: str) -> str:
    for tag in tags:
        for text in values.get(tag, [])[:1]:
            if text not in _MISSING:
                return text
    return ""


def _cell(values: dict[str, list[str]]) -> gemmi.UnitCell:
    numbers = [number(_value(values, tag)) for tag in CELL]
    for i, tag in enumerate(CELL[3:], start=3):
        if tag not in values:
            numbers[i] = 90.0
    for tag, length in zip(CELL, numbers, strict=True):
        limit = 1000.0 if "length" in tag else 179.9
        if not 0.5 <= length <= limit:
            shown = repr(values[tag][0]) if values.get(tag) else "missing"
            raise StructureError(
                f"{tag} is {shown}; expected a number, lengths in angstrom, angles in degrees"
            )
    cell = gemmi.UnitCell(*numbers)
    if not cell.volume > 1.0:
        raise StructureError("cell angles that enclose no volume; correct the angles")
    return cell


def element_of(label: str, type_symbol: str, stated: dict[str, float]) -> str:
    """Find the element of a site by its type symbol, else by its label.

    Parameters
    ----------
    label, type_symbol : str
        Such as "FE1" and "Fe3+"; type_symbol may be missing.
    stated : dict
        The elements of the file's formula, which decide where a label can be read in two ways.

    Returns
    -------
    str

    Raises
    ------
    StructureError
        For a label that names no element, such as Wat.

    Examples
    --------
    >>> element_of("OW1", "", {}), element_of("Ca1", "C", {}), element_of("CA1", "", {"Ca": 1})
    ('O', 'C', 'Ca')
    """
    for text in (_VALENCE.sub("", type_symbol), label):
        letters = re.match(r"\W*\d*([A-Za-z]+)", text)
        if text in _MISSING or letters is None or letters[1].lower().startswith("wat"):
            continue
        word = letters[1][0].upper() + letters[1][1:]
        two = word[:2].capitalize() if len(word) > 1 and _is_element(word[:2].capitalize()) else ""
        # T is a site of a framework, not tritium
        one = word[0] if word[0] != "T" and _is_element(word[0]) else ""
        # FE1 is iron, but OH1 and CA2 are more often oxygen and carbon
        carbon_first = len(word) > 1 and word[1].isupper() and word[0] in "CHNO"
        symbols = [symbol for symbol in ((one, two) if carbon_first else (two, one)) if symbol]
        known = [symbol for symbol in symbols if ("H" if symbol == "D" else symbol) in stated]
        if known:
            return known[0]
        # without the formula's help a third small letter belongs to a word: Calc is no Ca; and a
        # second one to an element, but for oxygen and hydrogen of water: Ow, Hw
        is_word = len(word) > 2 and word[1].islower() and word[2].islower()
        alone = len(word) == 1 or word[1].isupper() or (len(word) == 2 and word[0] in "OH")
        likely = [
            symbol
            for symbol in symbols
            if (symbol == two and not is_word) or (symbol == one and alone)
        ]
        if likely:
            return likely[0]
    raise StructureError(
        f"site {label!r} (type {type_symbol!r}) names no element; give _atom_site_type_symbol, and "
        "each atom of a group such as water a site of its own"
    )


def _is_element(symbol: str) -> bool:
    try:
        element = elements.parse_symbol(symbol).element
    except elements.ElementError:
        return False
    return gemmi.Element(element).atomic_number <= 103


def _displacements(
    values: dict[str, list[str]], labels: list[str], cell: gemmi.UnitCell, warnings: list[str]
) -> list[np.ndarray | float]:
    """U of each site: a number or a tensor along the reciprocal axes, angstrom^2; else zero."""
    u: list[np.ndarray | float] = [0.0] * len(labels)
    given = False
    for tag, factor in (("b_iso_or_equiv", _B), ("u_iso_or_equiv", 1.0)):
        for i, text in enumerate(values.get(f"_atom_site_{tag}", [])[: len(labels)]):
            value = number(text) * factor
            if np.isfinite(value) and value > 0:
                u[i], given = float(value), True
    reciprocal = cell.reciprocal()
    stars = np.array([reciprocal.a, reciprocal.b, reciprocal.c])
    index = {label: i for i, label in reversed(list(enumerate(labels)))}
    names = values.get("_atom_site_aniso_label", [])
    scale = {"b": _B, "beta": 1 / (2 * np.pi**2 * np.outer(stars, stars)), "u": 1.0}
    flat = []
    for tensor_type, factor in scale.items():
        columns = [
            values.get(f"_atom_site_aniso_{tensor_type}_{ij}", [])
            for ij in ("11", "22", "33", "12", "13", "23")
        ]
        for k, label in enumerate(names):
            row = [number(column[k]) if k < len(column) else float("nan") for column in columns]
            if label not in index or not np.isfinite(row).all() or max(row[:3]) <= 0:
                continue
            a, b, c, ab, ac, bc = row
            tensor = np.array([[a, ab, ac], [ab, b, bc], [ac, bc, c]]) * factor
            given = True
            if np.linalg.eigvalsh(_cartesian(tensor, cell)).min() > 0:
                u[index[label]] = tensor
            else:
                mean = float(np.trace(_cartesian(tensor, cell))) / 3
                u[index[label]] = u[index[label]] or max(mean, 0.0)
                flat.append(label)
    if flat:
        warnings.append(
            f"the displacement tensors of {', '.join(flat[:5])} are not positive; their means are "
            "taken"
        )
    if not given:
        warnings.append("no displacement parameters")
    return u


def _cartesian(u: np.ndarray, cell: gemmi.UnitCell) -> np.ndarray:
    reciprocal = cell.reciprocal()
    base = np.array(cell.orth.mat.tolist()) * [reciprocal.a, reciprocal.b, reciprocal.c]
    return base @ u @ base.T


def read_block(name: str, values: dict[str, list[str]]) -> Structure:
    """The structure of one block of a CIF, expanded to the whole cell and checked.

    Parameters
    ----------
    name : str
    values : dict
        As `document_blocks` gives it.

    Raises
    ------
    StructureError
        With the reason.
    """
    cell_known = any(tag in values for tag in CELL)
    fractions = "_atom_site_fract_x" in values
    prefix = "_atom_site_fract_" if fractions else "_atom_site_cartn_"
    columns = [values.get(prefix + axis, []) for axis in "xyz"]
    n = len(columns[0])
    if n == 0 or {len(column) for column in columns} != {n}:
        raise StructureError("no atoms with coordinates (_atom_site_fract_x, y, z)")
    if n > MAX_SITES:
        raise StructureError(f"{n} sites; at most {MAX_SITES} are read")
    if not cell_known:
        raise StructureError("no cell (_cell_length_a and others); add it")
    cell = _cell(values)
    symmetry = readings(values, cell)
    type_symbols = _column(values, "type_symbol", n)
    labels = values.get("_atom_site_label") or values.get("_atom_site_id") or type_symbols
    labels = labels if len(labels) == n else type_symbols
    formula = _value(values, "_chemical_formula_sum")
    stated = stated_amounts(formula)
    warnings: list[str] = []
    u = _displacements(values, labels, cell, warnings)
    occupancies = _column(values, "occupancy", n)
    flags = _column(values, "calc_flag", n)
    sites = []
    for i in range(n):
        texts = [column[i] for column in columns]
        position = np.array([number(text) for text in texts])
        label = labels[i]
        if flags[i].lower() == "dum" or _VACANT.fullmatch(type_symbols[i] or label):
            warnings.append(f"site {label} is no atom ({type_symbols[i] or label}) and is left out")
            continue
        if not np.isfinite(position).all():
            if not any(text in _MISSING for text in texts):
                raise StructureError(
                    f"site {label}: coordinates {' '.join(texts)!r}; expected numbers"
                )
            if label not in _MISSING:
                warnings.append(f"site {label} has no coordinates and is left out")
            continue
        if not fractions:
            position = np.array(cell.frac.mat.tolist()) @ position
        occupancy = 1.0 if occupancies[i] in _MISSING else number(occupancies[i])
        if occupancy == 0.0:
            warnings.append(f"site {label} has occupancy 0 and is left out")
            continue
        if np.isnan(occupancy):
            raise StructureError(f"site {label}: occupancy {occupancies[i]!r}; expected a number")
        element = element_of(label, type_symbols[i], stated)
        sites.append(Site(label, element, position, occupancy, u[i]))
    units = _formula_units(values, stated, cell)
    structure = expand(cell, symmetry, sites, name, formula, units)
    structure.warnings = warnings + structure.warnings
    return structure


def _formula_units(
    values: dict[str, list[str]], stated: dict[str, float], cell: gemmi.UnitCell
) -> float:
    """Formula units in the cell: as stated, else from the density (g/cm^3); NaN for neither."""
    units = number(_value(values, "_cell_formula_units_z"))
    density = number(_value(values, "_exptl_crystal_density_diffrn"))
    if np.isnan(units) and stated and density > 0:
        mass = sum(gemmi.Element(symbol).weight * n for symbol, n in stated.items())
        ratio = density * cell.volume / (1.66054 * mass)  # 1 u/angstrom^3 = 1.66054 g/cm^3
        units = round(ratio) if round(ratio) and abs(ratio - round(ratio)) < 0.05 * ratio else units
    return units


def _column(values: dict[str, list[str]], name: str, n: int) -> list[str]:
    """A column of the atoms' loop; empty texts where it is missing or of another length."""
    column = values.get(f"_atom_site_{name}", [])
    if len(column) != n:
        return [""] * n
    return ["" if text in _MISSING else text for text in column]
