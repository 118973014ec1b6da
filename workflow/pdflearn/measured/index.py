"""The index of measured files: how files are named, and the arrays that lie beside the tables."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.io import concat, load_table

# ------------------------------------------------------------ names of files


def readable(name: str) -> str:
    r"""A file's name with bytes that are no UTF-8 written as \xff.

    Examples
    --------
    >>> readable(os.fsdecode(b"Ni\xff.gr"))
    'Ni\\xff.gr'
    """
    return os.fsencode(name).decode(errors="backslashreplace")


def relative_name(folder: str | Path, file: str | Path) -> str:
    """A file's path below a folder, with slashes."""
    return readable(Path(file).relative_to(folder).as_posix())


def file_name(folder: str | Path, file: str | Path, name: str) -> str:
    """A measured file as all tables name it.

    Parameters
    ----------
    folder : path
        The folder of all measured files.
    file : path
        The file, or the archive that it is in.
    name : str
        The file's own name, or the member's path in the archive.

    Examples
    --------
    >>> file_name("measured", "measured/run/a.gr", "a.gr")
    'run/a.gr'
    >>> file_name("measured", "measured/run.zip", "day1/a.gr")
    'run.zip/day1/a.gr'
    """
    path = relative_name(folder, file)
    return path if name == Path(file).name else f"{path}/{name}"


def safe_name(file: str) -> str:
    """A name for a result's file: a measured file's own name and a hash of its full name.

    Examples
    --------
    >>> safe_name("run.zip/Ni, 300 K.gr")
    'Ni__300_K-b9792749'
    """
    stem = Path(file).name.rsplit(".", 1)[0]
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in stem)
    return f"{plain[:60]}-{hashlib.sha256(file.encode()).hexdigest()[:8]}"


# ------------------------------------------------------------ curves


def pack_curves(curves: list[tuple[np.ndarray, ...]], names: tuple[str, ...]) -> dict[str, Any]:
    """Curves of different lengths as flat arrays, for one .npz file.

    Parameters
    ----------
    curves : list of tuples of arrays (n,)
        For each curve its arrays, in the order of the names.
    names : tuple of str
        What the arrays are called, such as ("r", "g").

    Returns
    -------
    dict
        One array a name, all curves one after the other, and `starts`, where each begins.

    Examples
    --------
    >>> packed = pack_curves([(np.array([1.0, 2.0]),), (np.array([3.0]),)], ("r",))
    >>> packed["r"]
    array([1., 2., 3.])
    >>> unpack_curve(packed, 1, "r")
    [array([3.])]
    """
    lengths = [len(arrays[0]) for arrays in curves]
    packed = {
        name: np.concatenate([np.empty(0), *(arrays[k] for arrays in curves)])
        for k, name in enumerate(names)
    }
    return packed | {"starts": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)}


def unpack_curve(packed: Mapping[str, np.ndarray], index: int, *names: str) -> list[np.ndarray]:
    """The arrays of one of the curves that `pack_curves` packed."""
    start, stop = packed["starts"][index : index + 2]
    return [packed[name][start:stop] for name in names]


# ------------------------------------------------------------ the batches together


def gather_index(
    index_files: list[str], pattern_files: list[str]
) -> tuple[pd.DataFrame, np.ndarray]:
    """The index of all batches with its patterns: public files first, then the user's, by name.

    Parameters
    ----------
    index_files, pattern_files : list of str
        results/measured/batches/*_index.csv and *_patterns.npz, in the same order.

    Returns
    -------
    index : DataFrame
    patterns : array (n, points) of float32
        One row for each row of the index, on the study's grid.
    """
    index = concat([load_table(file, columns.MEASURED_INDEX) for file in index_files])
    order = np.lexsort([index["file"].to_numpy(dtype=str), index["source"] != "public"])
    patterns = []
    for file in pattern_files:
        with np.load(file) as arrays:
            patterns.append(arrays["patterns"])
    return index.iloc[order].reset_index(drop=True), np.concatenate(patterns)[order]
