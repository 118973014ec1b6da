"""What `pdflearn refine` and `pdflearn simulate` do."""

import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

from pdflearn.core.errors import PdflearnError
from pdflearn.core.io import save_table
from pdflearn.measured.reader import PatternError, printable, read_pdfs
from pdflearn.refinement.recipe import Recipe
from pdflearn.study import terminal, views
from pdflearn.study.calibrated import calibrate
from pdflearn.study.measured_files import SCRATCH, STDIN_NAME, expand
from pdflearn.study.patterns import as_structure
from pdflearn.study.refined import Refinement, refine
from pdflearn.study.simulated import simulate

COLUMNS = ["file", "structure", "rw", "parameter", "value", "stderr", "unit"]


def refine_files(
    paths: Iterable[str],
    structures: Sequence[str],
    recipe: Recipe,
    *,
    radiation: str | None = None,
    out: str | Path | None = None,
    as_json: bool = False,
    curves: bool = False,
    plot: bool = False,
) -> tuple[int, int]:
    """Refine structures against each measured file, and print and write what came of it.

    Parameters
    ----------
    paths : iterable of str
        Measured files, zip archives or folders of such, or "-" for standard input.
    structures : sequence of str
        Structure files; several are the phases of a mixture.
    recipe : Recipe
    radiation : {"xray", "neutron"}, optional
    out : path, optional
        Folder for parameters.csv and the files for other programs; nothing is written without it.
    as_json : bool, default False
        Whether one JSON document is printed in place of text.
    curves : bool, default False
        Whether the curves are in the JSON document.
    plot : bool, default False
        Whether a figure of each fit is written as well.

    Returns
    -------
    int, int
        How many files were refined, and how many could not be.
    """
    models = []
    for file in structures:
        structure, name = as_structure(file)
        structure.title = name
        models.append(structure)
    fits: list[Refinement] = []
    rejected: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory(prefix=SCRATCH) as scratch, threadpool_limits(1):
        for path in expand(paths, Path(scratch)):
            from_stdin = Path(path).parent == Path(scratch)
            shown = STDIN_NAME if from_stdin else path
            for member, pattern in read_pdfs(path):
                name = shown if member == Path(path).name else f"{shown}/{member}"
                try:
                    if isinstance(pattern, PatternError):
                        raise PatternError(pattern.reason)
                    fit = refine(pattern, models, radiation=radiation, recipe=recipe, name=name)
                except PdflearnError as error:
                    rejected.append({"file": name, "reason": str(error)})
                    continue
                fits.append(fit)
                if out:
                    fit.save(out)
                if out and plot:
                    fit.save_plot(out)
                if not as_json:
                    print(fit)
    if out:
        save_table(Path(out) / "parameters.csv", parameters_of(fits))
        save_table(Path(out) / "rejected.csv", pd.DataFrame(rejected, columns=["file", "reason"]))
    if as_json:
        documents = [fit.to_dict(curves) for fit in fits]
        written = str(out) if out else None
        terminal.print_json("refine", fits=documents, rejected=rejected, written=written)
    else:
        for row in rejected:
            print(printable(f"not used: {row['file']}: {row['reason']}"))
        if out:
            print(printable(f"Written: {out}"))
    return len(fits), len(rejected)


def with_calibrant(
    recipe: Recipe, calibrant: str, file: str, radiation: str | None = None, silent: bool = False
) -> Recipe:
    """A recipe with the resolution that a calibrant's curve tells; what it gives itself stays.

    Parameters
    ----------
    recipe : Recipe
    calibrant : {"Ni", "Si", "CeO2", "LaB6"}
    file : str
        The calibrant's measured file.
    radiation : {"xray", "neutron"}, optional
    silent : bool, default False
        Whether nothing is printed.
    """
    calibration = calibrate(file, calibrant, radiation=radiation, name=file)
    if not silent:
        q_damp = views.number_text(calibration.q_damp, calibration.q_damp_stderr)
        q_broad = views.number_text(calibration.q_broad, calibration.q_broad_stderr)
        a = views.number_text(calibration.a, calibration.a_stderr)
        print(
            printable(
                f"{file}: {calibrant}, Rw {calibration.rw:.4f} to {calibration.r_max:.0f} A, "
                f"a {a} Å, q_damp {q_damp} and q_broad {q_broad} 1/Å"
            )
        )
        if calibration.note:
            print(printable(f"  note: {calibration.note}"))
    q_damp = calibration.q_damp if recipe.q_damp is None else recipe.q_damp
    q_broad = calibration.q_broad if recipe.q_broad is None else recipe.q_broad
    return replace(recipe, q_damp=q_damp, q_broad=q_broad)


def parameters_of(fits: Iterable[Refinement]) -> pd.DataFrame:
    """The parameters of several fits as one table, a row for each."""
    rows = [
        {"file": fit.file, "structure": " + ".join(fit.names), "rw": fit.rw, "parameter": name}
        | {key: row[key] for key in ("value", "stderr", "unit")}
        for fit in fits
        for name, row in fit.parameters.iterrows()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def simulate_file(
    structure: str,
    parameters: Mapping[str, Any],
    *,
    radiation: str = "xray",
    out: str | None = None,
    as_json: bool = False,
) -> None:
    """Simulate G(r) of a structure file, and print it as two columns or write it as a .gr file.

    Parameters
    ----------
    structure : str
    parameters : mapping
        Of `pdflearn.simulate`.
    radiation : {"xray", "neutron"}, default "xray"
    out : str, optional
        The file; without it the curve is printed.
    as_json : bool, default False
        Whether a JSON document is printed in place of columns.
    """
    curve = simulate(structure, radiation=radiation, **parameters)
    if out:
        curve.save(out)
    if as_json:
        terminal.print_json("simulate", **curve.to_dict())
    elif out:
        print(printable(f"Written: {out}"))
    else:
        sys.stdout.write(curve.to_text())
