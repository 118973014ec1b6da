"""The resolution of an instrument, from a calibrant's curve: `pdflearn.calibrate`."""

from pathlib import Path

from pdflearn.core.errors import PdflearnError
from pdflearn.measured.calibration import Calibration
from pdflearn.measured.sample_table import CALIBRANTS
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.calibrant import calibrant_structure
from pdflearn.refinement.calibrant import calibrate as calibrate_sample
from pdflearn.structures.library import load_library
from pdflearn.study.patterns import PatternLike, as_pattern

# Of the project: a calibrant's structure is the same for every study.
LIBRARY = Path(__file__).parents[3] / "resources" / "library"


class CalibrantError(PdflearnError):
    """A calibrant that cannot serve; says why and what to do."""


def calibrate(
    pattern: PatternLike, calibrant: str, *, radiation: str | None = None, name: str = ""
) -> Calibration:
    """Find q_damp and q_broad of an instrument from the G(r) of a calibrant.

    Parameters
    ----------
    pattern : Pattern, path, or arrays of r (angstrom) and G(r)
        Over as long a range of r as there is: the resolution shows at long distances.
    calibrant : {"Ni", "Si", "CeO2", "LaB6"}
        It is taken as bulk.
    radiation : {"xray", "neutron"}, optional
        Without it the file's own word counts, else X-rays are assumed.
    name : str, optional
        What the curve is called; the name of the file by default.

    Returns
    -------
    Calibration
        q_damp and q_broad (1/angstrom) with errors, a (angstrom), rw and a note.

    Raises
    ------
    CalibrantError
        Where the fit cannot serve; says why.
    """
    known = {formula.lower(): formula for formula in CALIBRANTS}
    formula = known.get(calibrant.lower())
    if formula is None:
        raise CalibrantError(f"calibrant {calibrant!r}; expected one of {', '.join(CALIBRANTS)}")
    if not LIBRARY.is_dir():
        raise CalibrantError(
            f"{LIBRARY} is missing: calibrants are in it; run this in a checkout of pdflearn"
        )
    measured = as_pattern(pattern)
    given = {"calibrant": formula} | ({"radiation": radiation} if radiation else {})
    file = name or measured.name or "the calibrant"
    sample = MeasuredSample.from_pattern(file, measured, given)
    result, _ = calibrate_sample(sample, calibrant_structure(load_library(LIBRARY), formula))
    if not result.used:
        raise CalibrantError(f"{file}: {result.note}")
    return result
