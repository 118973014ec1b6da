"""Tables of refined values: errors in brackets, limits as limits, curves beside their own fits."""

import numpy as np
import pandas as pd

from pdflearn.reporting.refined_tables import (
    NO_BREAK,
    calibrant_rows,
    final_fit_rows,
    together_tables,
)


def row(**known):
    plain = {
        "name": "s", "kind": "series", "model": "Ni", "file": "", "rw": 0.1, "rw_alone": np.nan,
        "parameter": "", "shared": True, "value": np.nan, "stderr": np.nan, "unit": "", "note": "",
    }  # fmt: skip
    return plain | known


def test_shared_values_have_their_errors_and_curves_both_rw():
    table = pd.DataFrame(
        [
            row(parameter="a", value=3.524771, stderr=0.000036, unit="A"),
            row(parameter="u_iso_Ni_slope", value=1.227e-5, stderr=2e-7, unit="A^2/K"),
            row(parameter="diameter", value=np.inf, unit="A"),
            row(parameter="diameter_min", value=1687.2, unit="A"),
            row(file="x.gr", shared=False, rw_alone=0.09, parameter="scale", value=0.4383,
                stderr=0.0011),
            row(file="x.gr", shared=False, rw_alone=0.09, parameter="moved", value=0.01, unit="A"),
            row(name="t", shared=False, note="at least two files are needed"),
        ]
    )  # fmt: skip
    tables = together_tables(table)
    assert [(r["parameter"], r["value"], r["unit"]) for r in tables["shared"]] == [
        ("a", "3.52477(4)", "Å"),
        ("u_iso_Ni_slope", "0.0000123(2)", "Å²/K"),
        ("diameter_min", "> 1700", "Å"),
    ]
    (curve,) = tables["curves"]
    own = curve["own"].replace(NO_BREAK, " ")
    assert (curve["rw"], curve["rw_alone"], own) == ("0.100", "0.090", "scale 0.4383(11)")
    (failed,) = tables["failed"]
    assert failed["note"] == "at least two files are needed"
    empty = together_tables(table.iloc[:0])
    assert empty == {"shared": [], "curves": [], "failed": []}


def test_a_calibrant_that_could_not_be_read_has_no_values():
    known = {"file": "Ni.gr", "q_damp": 0.045312, "q_damp_stderr": 0.00016, "q_broad": 0.01678,
             "q_broad_stderr": 0.0004, "a": 3.52458, "a_stderr": 4e-5, "rw": 0.0288,
             "r_max": 49.99, "used": True, "note": ""}  # fmt: skip
    unread = dict.fromkeys(known, np.nan) | {"file": "b.gr", "used": False, "note": "not used"}
    one, other = calibrant_rows(pd.DataFrame([known, unread]))
    assert (one["q_damp"], one["q_broad"], one["a"]) == ("0.04531(16)", "0.0168(4)", "3.52458(4)")
    assert (one["rw"], one["r_max"], one["used"]) == ("0.029", "50", "yes")
    assert (other["q_damp"], other["rw"], other["used"]) == ("", "", "no")


def test_accepted_files_have_their_parameters_and_recipe():
    values = [("rw", 0.0288, np.nan, ""), ("r_min", 2.0, np.nan, "A"), ("r_max", 50.0, np.nan, "A"),
              ("a", 3.52458, 4e-5, "A"), ("diameter", np.inf, np.nan, "A"),
              ("diameter_min", 260.4, np.nan, "A")]  # fmt: skip
    parameters = pd.DataFrame(values, columns=["parameter", "value", "stderr", "unit"])
    parameters["structure"] = "Ni fcc"
    both = pd.concat([parameters.assign(file="a.gr"), parameters.assign(file="b.gr")])
    index = pd.DataFrame({"file": ["a.gr", "b.gr"], "recipe": ["atoms=yes", ""]})
    verdicts = {"a.gr": "accepted in part", "b.gr": "none of these"}
    (accepted,) = final_fit_rows(both, index, verdicts)
    assert accepted["values"].replace(NO_BREAK, " ") == "a 3.52458(4) Å, diameter > 260 Å"
    assert (accepted["range"], accepted["recipe"]) == ("2.0–50.0", "atoms=yes")
