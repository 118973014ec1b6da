"""Files are written whole or not at all: to a temporary name beside the target, then renamed."""

import csv
import glob
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from pdflearn.core.columns import CsvTable
from pdflearn.core.errors import PdflearnError


class TableError(PdflearnError):
    """A table whose columns are not as declared."""


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a temporary file for writing bytes; it takes the target's name at the end of the block.

    Parameters
    ----------
    path : str or Path
        The target; its folder is made where it is missing. After an error it is as before.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Remains of a killed job. A job that still writes after its Snakemake ended then fails, as it
    # should.
    for remains in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        remains.unlink(missing_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(temporary, "wb") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _write(path: str | Path, write: Callable[[BinaryIO], object]) -> None:
    with replacing(path) as handle:
        write(handle)


def save_text(path: str | Path, text: str) -> None:
    """Write text as UTF-8."""
    _write(path, lambda handle: handle.write(text.encode()))


def save_table(path: str | Path, table: pd.DataFrame) -> None:
    """Write a table without its index: CSV or Parquet, by the name's ending.

    Parameters
    ----------
    path : str or Path
        A file that ends in .csv or .parquet; its folder is made where it is missing.
    table : DataFrame

    See Also
    --------
    load_table : Read it again.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> table = pd.DataFrame({"file": ["001", "002"], "rw": [0.12, 0.3]})
    >>> with TemporaryDirectory() as folder:
    ...     save_table(f"{folder}/fits.csv", table)
    ...     Path(f"{folder}/fits.csv").read_text()
    'file,rw\\n001,0.12\\n002,0.3\\n'
    """
    if Path(path).suffix == ".parquet":
        columns = pa.Table.from_pandas(table, preserve_index=False)
        _write(path, lambda handle: pq.write_table(columns, handle))
    else:
        text = table.select_dtypes(include=["object", "str"]).astype(str)
        # The csv module of Python before 3.13 leaves a carriage return bare, which ends a row.
        bare = any(text[name].str.contains("\r").any() for name in text)
        quoting = csv.QUOTE_NONNUMERIC if bare else csv.QUOTE_MINIMAL
        save_text(path, table.to_csv(index=False, lineterminator="\n", quoting=quoting))


def load_table(path: str | Path, declared: CsvTable | None = None) -> pd.DataFrame:
    """Read a table that `save_table` wrote.

    Parameters
    ----------
    path : str or Path
        A file that ends in .csv or .parquet.
    declared : CsvTable
        Which columns of a CSV file hold text (see `core.columns`); a Parquet file needs none.

    Returns
    -------
    DataFrame
        Empty cells of a CSV file are empty strings in columns of text, else NaN.

    Raises
    ------
    TableError
        For a CSV file whose columns are not as declared.

    See Also
    --------
    save_table : Write a table.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save_text(f"{folder}/fits.csv", "file,rw\\n001,0.12\\n002,0.3\\n")
    ...     table = load_table(f"{folder}/fits.csv", CsvTable(text=("file",)))
    >>> table["file"].tolist(), table["rw"].tolist()
    (['001', '002'], [0.12, 0.3])
    """
    if Path(path).suffix == ".parquet":
        return pq.read_table(path).to_pandas()
    if declared is None:
        raise TableError(f"{path}: a CSV file is read with its declaration in core/columns.py")
    dtypes = dict.fromkeys(declared.text, str)
    table = pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[""])
    missing = [name for name in declared.text if name not in table]
    if missing:
        raise TableError(
            f"{path}: there is no column {missing[0]!r}, only {', '.join(table)}; delete the file "
            "and run again, or correct the table's declaration in core/columns.py"
        )
    text = table.select_dtypes(include=["object", "str"]).columns
    undeclared = [name for name in text if name not in declared.text]
    if undeclared and len(table) and not declared.user_columns:
        raise TableError(
            f"{path}: column {undeclared[0]!r} holds text, expected numbers; add it to the table's "
            "declaration in core/columns.py"
        )
    table[text] = table[text].fillna("")
    return table


def load_rows(path: str | Path, **values: str) -> pd.DataFrame:
    """Read some rows of a Parquet table.

    Parameters
    ----------
    path : str or Path
    **values
        Rows are read whose columns have these values.

    Returns
    -------
    DataFrame
        Without the columns that are empty in all of the rows.
    """
    conditions = [(name, "==", value) for name, value in values.items()]
    return pq.read_table(path, filters=conditions).to_pandas().dropna(axis=1, how="all")


def concat(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Join tables of equal columns, one below the other.

    Empty tables are left out where another has rows, so that they decide no column's dtype.
    """
    return pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True)


def save_array(path: str | Path, array: np.ndarray) -> None:
    """Write one array as .npy, which can be memory-mapped."""
    _write(path, lambda handle: np.save(handle, array, allow_pickle=False))


def save_arrays(path: str | Path, **arrays: np.ndarray) -> None:
    """Write named arrays as .npz (uncompressed; NumPy stamps no time into it)."""
    _write(path, lambda handle: np.savez(handle, allow_pickle=False, **arrays))


def save_yaml(path: str | Path, content: dict) -> None:
    """Write plain settings, keys in the order given."""
    save_text(path, yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


def load_yaml(path: str | Path) -> dict:
    """Read plain settings."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def save_json(path: str | Path, content: object) -> None:
    """Write JSON, keys sorted, two spaces deep; bytes of file names that are no UTF-8 escaped."""
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    _write(path, lambda handle: handle.write(text.encode(errors="backslashreplace")))
