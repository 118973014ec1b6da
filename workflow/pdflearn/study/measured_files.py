"""The measured files that a command is given: files, archives, folders and standard input."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from pdflearn.core.grid import Grid
from pdflearn.measured.batch import Batch, MeasuredFile, read_samples
from pdflearn.measured.index import file_name, readable
from pdflearn.measured.sample_table import SAMPLE_TABLE, SampleTables, no_such_file
from pdflearn.study.inputs import NOT_MEASURED, list_files

STANDARD_INPUT = "-"
STDIN_NAME = "stdin"
SCRATCH = "pdflearn-stdin-"  # the folder of a copy of standard input begins so


def expand(paths: Iterable[str], scratch: Path, stdin: BinaryIO | None = None) -> list[str]:
    """Replace folders by the files below them, and "-" by a copy of standard input.

    Parameters
    ----------
    paths : iterable of str
    scratch : Path
        A folder for the copy, whose name begins with `SCRATCH`.
    stdin : binary stream, optional
        Standard input by default.

    Returns
    -------
    list of str
        Each path once, in the order given; the files of a folder by name, without hidden ones.
    """
    files: list[str] = []
    for path in paths:
        if path == STANDARD_INPUT:
            copy = scratch / STDIN_NAME
            if not copy.exists():
                copy.write_bytes((stdin or sys.stdin.buffer).read())
            files.append(str(copy))
        elif Path(path).is_dir():
            files += list_files(path, lambda file: file.name not in NOT_MEASURED)
        else:
            files.append(path)
    return list(dict.fromkeys(files))


def read_files(
    paths: Iterable[str], grid: Grid, known: Mapping[str, Any] | None = None
) -> tuple[Batch, list[dict[str, str]]]:
    """Read measured files under the names that they are given; samples.csv beside them is used.

    Parameters
    ----------
    paths : iterable of str
    grid : Grid
        Of the study.
    known : mapping, optional
        What is said of all of them, such as {"radiation": "neutron"}; it goes before what a
        samples.csv says.

    Returns
    -------
    batch : Batch
    rejected : list of dict
        file and reason: of files that cannot be used, then of lines of a samples.csv that name no
        file.

    Raises
    ------
    PatternError
        For a samples.csv that cannot be used: answers without it would be others.
    """
    known = dict(known or {})
    files, tables = [], {}
    for path in dict.fromkeys(paths):
        folder = Path(path).parent
        if folder not in tables:
            tables[folder] = SampleTables(folder, [folder / SAMPLE_TABLE])
        files.append(_as_given(path, tables[folder], known))
    batch = read_samples(files, grid.r)
    rejected = [{"file": file, "reason": error.reason} for file, error in batch.rejected]
    for folder, table in tables.items():
        here = [(path, name) for path, name in batch.members if Path(path).parent == folder]
        for line in table.unmatched(file_name(folder, path, name) for path, name in here):
            if not (folder / line).is_file():  # else nobody asked about it
                named = readable(str(folder / SAMPLE_TABLE))
                rejected.append({"file": named, "reason": no_such_file(line)})
    return batch, rejected


def _as_given(path: str, table: SampleTables, known: Mapping[str, Any]) -> MeasuredFile:
    """A file under the name that it has on the command line."""
    shown = readable(path)
    if Path(path).parent.name.startswith(SCRATCH) and Path(path).name == STDIN_NAME:
        shown = STDIN_NAME
    return MeasuredFile(
        path,
        index_name=lambda name: shown if name == Path(path).name else f"{shown}/{name}",
        given=lambda name: {**table.given(path, name), **known},
    )
