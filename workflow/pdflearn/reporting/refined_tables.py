"""Tables of refined values for the report: values with their errors, as papers write them."""

import re
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.structures.cif_writer import with_error

UNITS = {"A": "Å", "A^2": "Å²", "1/A": "1/Å", "deg": "°"}
NO_BREAK = "\u00a0"  # a space that no line ends at
DIGITS = 5  # significant ones of a value without an error


def value_text(value: float, stderr: float) -> str:
    """A value with its standard error in brackets; without one as it is.

    Examples
    --------
    >>> value_text(3.524767, 0.00008), value_text(1.2274e-05, 2e-7), value_text(np.inf, np.nan)
    ('3.52477(8)', '0.0000123(2)', '∞')
    """
    if np.isinf(value):
        return "∞"
    known = np.isfinite(stderr) and stderr > 0
    return with_error(value, stderr) if known else f"{value:.{DIGITS}g}"


def unit_text(unit: str) -> str:
    """A unit of the tables as it is printed.

    Examples
    --------
    >>> unit_text("A^2/K"), unit_text("1/A"), unit_text("")
    ('Å²/K', '1/Å', '')
    """
    first, slash, rest = unit.partition("/")
    if unit in UNITS or not slash:
        return UNITS.get(unit, unit)
    return f"{UNITS.get(first, first)}/{rest}"


def calibrant_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of the table of calibrants.

    Parameters
    ----------
    table : DataFrame
        The rows of calibrants.csv.
    """
    rows = []
    for row in table.to_dict("records"):
        used = bool(row["used"])
        values = {
            name: value_text(row[name], row[f"{name}_stderr"]) if pd.notna(row[name]) else ""
            for name in ("q_damp", "q_broad", "a")
        }
        rw, r_max = (
            "" if pd.isna(row[name]) else form.format(row[name])
            for name, form in (("rw", "{:.3f}"), ("r_max", "{:.0f}"))
        )
        rows.append({**row, **values, "rw": rw, "r_max": r_max, "used": "yes" if used else "no"})
    return rows


def together_tables(table: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """What the report says of curves that were refined together.

    Parameters
    ----------
    table : DataFrame
        The rows of together.csv.

    Returns
    -------
    dict
        "shared": a row for each shared parameter; "curves": a row for each curve, with its Rw here
        and by itself; "failed": a row for each fit that could not be made.
    """
    shared = table["shared"].astype(bool) & (table["parameter"] != "")
    of_curves = table[~shared & (table["file"] != "")]
    return {
        "shared": [
            {
                **row,
                "value": _limited(row["parameter"], value_text(row["value"], row["stderr"])),
                "unit": unit_text(row["unit"]),
            }
            for row in table[shared].to_dict("records")
            if np.isfinite(row["value"])
        ],
        "curves": [
            {
                **rows.iloc[0].to_dict(),
                "rw": f"{rows['rw'].iloc[0]:.3f}",
                "rw_alone": f"{rows['rw_alone'].iloc[0]:.3f}",
                "own": "; ".join(
                    _one_value(str(row["parameter"]), row)
                    for _, row in rows.iterrows()
                    if not row["parameter"].endswith("moved") and np.isfinite(row["value"])
                ),
            }
            for _, rows in of_curves.groupby(["name", "kind", "file"], sort=False)
        ],
        "failed": table[(table["parameter"] == "") & (table["note"] != "")].to_dict("records"),
    }


def _limited(name: str, text: str) -> str:
    """A lower limit is one in print as well, with two digits."""
    return f"> {float(f'{float(text):.2g}'):g}" if name.endswith("diameter_min") else text


def final_fit_rows(
    parameters: pd.DataFrame, index: pd.DataFrame, verdicts: dict[str, str]
) -> list[dict[str, Any]]:
    """Rows of the table of refined parameters: one a file that was accepted.

    Parameters
    ----------
    parameters : DataFrame
        The rows of parameters.csv.
    index : DataFrame
        The rows of index.csv: file, recipe.
    verdicts : dict
        Of each file.
    """
    recipes = dict(zip(index["file"], index["recipe"], strict=True))
    rows = []
    for file, values in parameters.groupby("file", sort=False):
        if not verdicts.get(str(file), "").startswith("accepted"):
            continue
        known = values.set_index("parameter")
        numbers = known["value"]
        left_out = {"rw", "r_min", "r_max"} | set(known.index[np.isinf(numbers)])
        # of a size that is known by its limit alone the limit is printed
        left_out |= {name.removesuffix("_min") for name in known.index if name.endswith("r_min")}
        names = [n for n in known.index if n not in left_out and not n.endswith("moved")]
        rows.append(
            {
                "file": file,
                "structure": values["structure"].iloc[0],
                "range": f"{numbers['r_min']:.1f}–{numbers['r_max']:.1f}",
                "rw": f"{numbers['rw']:.3f}",
                "values": ", ".join(_one_value(name, known.loc[name]) for name in names),
                "recipe": recipes.get(file, ""),
            }
        )
    return rows


def _one_value(name: str, row: pd.Series) -> str:
    value = _limited(name, value_text(row["value"], row["stderr"]))
    words = " ".join(filter(None, (symbol(name), value, unit_text(row["unit"]))))
    return words.replace(" ", NO_BREAK)


def symbol(name: str) -> str:
    """The name of a parameter as papers print it.

    Examples
    --------
    >>> symbol("u_iso_Ni"), symbol("2_u33_O1"), symbol("1_delta2"), symbol("diameter_min")
    ('U(Ni)', '2: U33(O1)', '1: δ2', 'diameter')
    """
    phase, name = re.fullmatch(r"(?:(\d+)_)?(.*)", name).groups()
    name = re.sub(r"^u_iso_(.*)", r"U(\1)", name)
    name = re.sub(r"^u(\d\d)_(.*)", r"U\1(\2)", name)
    name = re.sub(r"^([xyz])_(.*)", r"\1(\2)", name)
    name = re.sub(r"^occ_(.*)", r"occupancy(\1)", name)
    name = name.replace("delta", "δ").removesuffix("_min")
    return f"{phase}: {name}" if phase else name
