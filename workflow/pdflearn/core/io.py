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

# Columns that hold text in every table, also where each cell looks like a number: files, types and
# series may be named 001, 225 or NA.
TEXT = (
    "answer", "central", "composition", "crystal_system", "development_id", "development_name",
    "elements", "family", "file", "formula", "fraction", "id", "kind", "label", "model", "name",
    "origin", "other_type", "others", "parameter", "parent", "radiation", "reason", "sample",
    "series", "simpler_types", "source", "space_group", "structure_type", "taken_for",
    "temperature", "time", "type", "unfit", "unit", "vault_id", "vault_name", "verdict", "view",
    "warnings",
)  # fmt: skip


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a temporary file for writing bytes; it takes the target's name when all went well."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # What a killed job left. A job that outlives its Snakemake fails then, and is not missed.
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        left.unlink(missing_ok=True)
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
    """Write a table without its index: CSV or Parquet, by the name's ending."""
    if Path(path).suffix == ".parquet":
        columns = pa.Table.from_pandas(table, preserve_index=False)
        _write(path, lambda handle: pq.write_table(columns, handle))
    else:
        text = table.select_dtypes(include=["object", "str"]).astype(str)
        # The csv module of Python before 3.13 leaves a carriage return bare, which ends a row.
        bare = any(text[name].str.contains("\r").any() for name in text)
        quoting = csv.QUOTE_NONNUMERIC if bare else csv.QUOTE_MINIMAL
        save_text(path, table.to_csv(index=False, lineterminator="\n", quoting=quoting))


def load_table(path: str | Path) -> pd.DataFrame:
    """Read what `save_table` wrote.

    In a CSV the columns of `TEXT` are text whatever they hold; in the others a column of numbers is
    numbers. Empty cells are empty strings in columns of text, else NaN.
    """
    if Path(path).suffix == ".parquet":
        return pq.read_table(path).to_pandas()
    table = pd.read_csv(path, dtype=dict.fromkeys(TEXT, str), keep_default_na=False, na_values=[""])
    text = table.select_dtypes(include=["object", "str"]).columns
    table[text] = table[text].fillna("")
    return table


def load_rows(path: str | Path, **values: str) -> pd.DataFrame:
    """Read those rows of a Parquet table whose columns have these values; columns that are empty in
    all of them are left out."""
    asked = [(name, "==", value) for name, value in values.items()]
    return pq.read_table(path, filters=asked).to_pandas().dropna(axis=1, how="all")


def concat(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables of equal columns, one below the other; empty ones decide no column's type."""
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
