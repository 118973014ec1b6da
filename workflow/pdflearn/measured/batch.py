"""Many measured files become samples, patterns on the study's grid, and rejected files."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pdflearn.measured.index import file_name
from pdflearn.measured.reader import read_pdfs, shown
from pdflearn.measured.resample import resample
from pdflearn.measured.sample_table import SampleTables
from pdflearn.measured.samples import MeasuredSample
from pdflearn.measured.text import PatternError


def _all(name: str) -> bool:
    return True


@dataclass(frozen=True)
class MeasuredFile:
    """A file to be read, which may be an archive of many.

    Attributes
    ----------
    path : path
    index_name : callable
        Name of the file, or of a member of the archive -> its name in the index.
    given : callable
        Name of the file, or of a member -> what the tables of samples say of it.
    wanted : callable
        Name in the index -> whether it is read.
    source : {"user", "public"}
    """

    path: str | Path
    index_name: Callable[[str], str]
    given: Callable[[str], Mapping[str, Any]]
    wanted: Callable[[str], bool] = _all
    source: str = "user"

    def is_wanted(self, name: str) -> bool:
        """Whether the file, or this member of the archive, is read."""
        return self.wanted(self.index_name(name))


def user_file(
    path: str | Path, tables: SampleTables, wanted: Callable[[str], bool] = _all
) -> MeasuredFile:
    """A file of the user's folder, of which samples.csv may speak."""
    return MeasuredFile(
        path,
        index_name=lambda name: file_name(tables.folder, path, name),
        given=lambda name: tables.given(path, name),
        wanted=wanted,
    )


@dataclass
class Batch:
    """What came of reading some files.

    Attributes
    ----------
    samples : list of MeasuredSample
    patterns : list of arrays (points,)
        G(r) of each sample on the study's grid, 1/angstrom^2.
    rejected : list of (str, PatternError)
        Each file that could not be used, by its name in the index.
    members : list of (path, str)
        What was read or rejected: the path, and the file's own name or the member's in the archive.
    """

    samples: list[MeasuredSample] = field(default_factory=list)
    patterns: list[np.ndarray] = field(default_factory=list)
    rejected: list[tuple[str, PatternError]] = field(default_factory=list)
    members: list[tuple[str | Path, str]] = field(default_factory=list)

    def patterns_array(self, points: int) -> np.ndarray:
        """The patterns as one array (n, points) of float32, as the models want it."""
        return np.array(self.patterns, dtype=np.float32).reshape(-1, points)


def read_samples(files: Iterable[MeasuredFile], r: np.ndarray) -> Batch:
    """Read files in the order given; of two with one name the second is rejected.

    Parameters
    ----------
    files : iterable of MeasuredFile
    r : array (points,)
        The study's grid, angstrom.
    """
    batch = Batch()
    source_of: dict[str, str] = {}
    for file in files:
        for name, pattern in read_pdfs(file.path, file.is_wanted):
            batch.members.append((file.path, name))
            index_name = file.index_name(name)
            if index_name in source_of and not isinstance(pattern, PatternError):
                again = (
                    f"a {source_of[index_name]} file of this name was read before; rename this one"
                )
                pattern = PatternError(again, shown(name))
            if isinstance(pattern, PatternError):
                batch.rejected.append((index_name, pattern))
                continue
            source_of[index_name] = file.source
            batch.samples.append(
                MeasuredSample.from_pattern(index_name, pattern, file.given(name), file.source)
            )
            batch.patterns.append(resample(pattern.r, pattern.g, r))
    return batch
