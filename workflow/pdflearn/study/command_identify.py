"""What `pdflearn identify` does: answer measured files, print and write the answers."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pdflearn.core.io import save_table
from pdflearn.identification.lookup import OwnStructures
from pdflearn.identification.messages import ACCEPTED, NONE
from pdflearn.identification.sample import identification_table, parameters_table
from pdflearn.measured.calibration import Calibration, calibrated
from pdflearn.measured.reader import printable
from pdflearn.measured.samples import INDEX_COLUMNS, MeasuredSample
from pdflearn.refinement.calibrant import calibrant_structure, calibrate
from pdflearn.structures.library import load_library
from pdflearn.study import terminal
from pdflearn.study.asked import NOTHING_ASKED, Asked, own_structures, required_structures
from pdflearn.study.identification import Identification
from pdflearn.study.identify import LIBRARY, TrainedStudy, load_study, without_study
from pdflearn.study.measured_files import SCRATCH, expand, read_files


def identify_files(
    paths: Iterable[str],
    results: str | Path,
    out: str | Path,
    asked: Asked = NOTHING_ASKED,
    known: Mapping[str, Any] | None = None,
    *,
    as_json: bool = False,
    curves: bool = False,
    plot: bool = False,
) -> tuple[int, list[Identification]]:
    """Print and write what measured files are.

    Parameters
    ----------
    paths : iterable of str
        Measured files, zip archives or folders of such, or "-" for standard input.
    results : path
        The folder of results of a study that has run.
    out : path
        Folder for index.csv, rejected.csv, identification.csv, parameters.csv and structures/.
    asked : Asked, optional
        The user's structures and the elements of the samples. Where nothing but these structures
        is to be tried, no study is needed.
    known : mapping, optional
        What is said of all files: radiation, r_min, r_max, q_max, ...
    as_json : bool, default False
        Whether one JSON document is printed in place of text.
    curves : bool, default False
        Whether the curves are in the JSON document.
    plot : bool, default False
        Whether a figure of each fit is written to plots/ as well.

    Returns
    -------
    int
        How many files, or lines of a samples.csv, could not be used.
    list of Identification

    Raises
    ------
    PdflearnError
        Where the study cannot be used, or none of the structures that alone are to be tried.
    """
    study, lookup = asked_study(results, asked)
    with tempfile.TemporaryDirectory(prefix=SCRATCH) as scratch:
        files = expand(paths, Path(scratch))
        batch, rejected = read_files(files, study.grid, known)
    rejected += lookup.rejected
    folder, answers = Path(out), []
    samples = [asked.of_sample(sample, lookup) for sample in batch.samples]
    samples = calibrated(samples, calibrations(samples, study))
    for sample, g in zip(samples, batch.patterns, strict=True):
        answers.append(study.identify_sample(sample, g))
        answers[-1].save(folder / "structures")
        if plot:
            answers[-1].save_plot(folder / "plots")
        if not as_json:
            print_answer(answers[-1])
    index = pd.DataFrame([sample.to_row() for sample in samples], columns=INDEX_COLUMNS)
    table = pd.DataFrame(rejected, columns=["file", "reason"])
    rows = [answer.result for answer in answers]
    save_table(folder / "index.csv", index)
    save_table(folder / "rejected.csv", table)
    save_table(folder / "identification.csv", identification_table(rows))
    save_table(folder / "parameters.csv", parameters_table(rows))
    if as_json:
        documents = [answer.to_dict(curves) for answer in answers]
        terminal.print_json("identify", samples=documents, rejected=rejected, written=str(folder))
    else:
        for row in rejected:
            print(printable(f"not used: {row['file']}: {row['reason']}"))
        print(printable(f"Written: {folder / 'identification.csv'}"))
    return len(rejected), answers


def asked_study(results: str | Path, asked: Asked) -> tuple[TrainedStudy, OwnStructures]:
    """The study that answers, with the user's structures, and these alone.

    Parameters
    ----------
    results : path
        The folder of results of a study; not looked at where only the structures are tried.
    asked : Asked

    Raises
    ------
    PdflearnError
        Where the study cannot be used, or none of the structures that alone are to be tried.
    """
    if asked.only:
        library = load_library(LIBRARY) if LIBRARY.is_dir() else None
        lookup = required_structures(asked.structures, library)
        return without_study(lookup), lookup
    study = load_study(results)
    lookup = own_structures(asked.structures, study.library if asked.structures else None)
    return study.with_structures(lookup), lookup


def calibrations(samples: Iterable[MeasuredSample], study: TrainedStudy) -> list[Calibration]:
    """What the calibrants among samples tell; none where there is no library to build them from."""
    marked = [sample for sample in samples if sample.calibrant]
    library = study.library if marked else None  # to read it takes as long as some fits
    if library is None:
        return []
    return [
        calibrate(sample, calibrant_structure(library, sample.calibrant))[0] for sample in marked
    ]


def print_answer(answer: Identification) -> None:
    """Print an answer, its verdict in colour where there are colours."""
    colour = {ACCEPTED: "green", NONE: "red"}.get(answer.verdict, "yellow")
    first, _, rest = str(answer).partition("\n")
    head = f"{printable(answer.file)}: "
    verdict = terminal.coloured(answer.verdict, colour)
    print(head + verdict + first.removeprefix(head + answer.verdict))
    print(rest)
