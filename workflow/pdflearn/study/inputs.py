"""The user's files: which ones there are, which job reads them, and hashes of their content.

Snakemake reads this while it parses, and so does every job on a cluster: standard library only.
"""

import csv
import hashlib
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pdflearn.core.columns import column_names, delimiter_of
from pdflearn.study.sharding import is_archive, shard_of

STRUCTURE_SUFFIXES = (
    ".cif", ".mcif", ".xyz", ".extxyz", ".stru", ".dstr", ".pdb", ".ent", ".vasp", ".poscar",
    ".zip", ".gz", ".bz2", ".xz",
)  # fmt: skip
# VASP's names have no ending.
STRUCTURE_NAMES = ("poscar", "contcar")
LABELS = "labels.csv"
SAMPLES = "samples.csv"
# Files in the folder of measured PDFs that hold no pattern.
NOT_MEASURED = frozenset({"public.csv", "README.md", SAMPLES})
# The line with a table's column names ends within this many bytes.
HEADER_BYTES = 65536
# Characters of file names that Snakemake takes for wildcards or cannot write to its log; the last
# range is bytes that are not UTF-8.
_UNTRACKABLE = re.compile(r"[<>{}\x00-\x1f\udc80-\udcff]")


def names_structure(path: str) -> bool:
    """Whether a file's name is that of a structure file, packed or not; an archive's is not.

    Examples
    --------
    >>> names_structure("a/Ni.cif.gz"), names_structure("POSCAR"), names_structure("Ni.gr")
    (True, True, False)
    """
    packed = (".zip", ".gz", ".bz2", ".xz")
    stem = Path(path).name.lower()
    for ending in packed:
        stem = stem.removesuffix(ending)
    endings = tuple(suffix for suffix in STRUCTURE_SUFFIXES if suffix not in packed)
    return stem.endswith(endings) or stem in STRUCTURE_NAMES


def list_files(folder: str, keep: Callable[[Path], bool]) -> list[str]:
    """The files below a folder in order of name, without hidden ones; none for the folder "".

    Broken links and devices are listed too: the job that reads them reports why it cannot.

    Parameters
    ----------
    folder : str
    keep : callable
        Called with each path; a file is listed where it returns True.
    """
    if not folder:
        return []
    root = Path(folder)
    paths = (path for path in root.rglob("*") if not path.is_dir() and keep(path))
    visible = (
        path for path in paths if not any(name[0] in "._" for name in path.relative_to(root).parts)
    )
    return sorted(str(path) for path in visible)


def read_bytes(path: str) -> bytes | None:
    """The content of a regular file, or None where it cannot be read.

    Pipes and devices are not opened: reading one might wait for ever.
    """
    if not Path(path).is_file():
        return None
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def content_hash(path: str) -> str:
    """SHA-256 of a file (16 hex digits), or "unreadable"."""
    content = read_bytes(path)
    return "unreadable" if content is None else hashlib.sha256(content).hexdigest()[:16]


def combined_hash(paths: Sequence[str]) -> str:
    """One hash over the names and the content of files.

    As a parameter of a rule it starts the job again after an edit, also where the new file is older
    than the one that it replaces.
    """
    lines = "\n".join(f"{path!r} {content_hash(path)}" for path in sorted(paths))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def untracked(paths: Sequence[str]) -> list[str]:
    """The files that Snakemake cannot take as inputs; they reach a job as a parameter.

    Their names hold characters that Snakemake reads as wildcards (<name>, {name}), line breaks or
    bytes that are not UTF-8, or they are no regular files.
    """
    return [path for path in paths if _UNTRACKABLE.search(path) or not Path(path).is_file()]


def tracked(paths: Sequence[str]) -> list[str]:
    """The files that Snakemake can take as inputs."""
    exceptions = set(untracked(paths))
    return [path for path in paths if path not in exceptions]


class _DividedFiles(ABC):
    """The user's files of one folder, divided among the jobs that read them: shards or batches."""

    def __init__(self, folder: str, jobs: Sequence[str]) -> None:
        self._folder = folder
        self._jobs = jobs

    @property
    @abstractmethod
    def _files(self) -> dict[str, list[str]]:
        """The files of each job."""

    def files(self, job: str) -> list[str]:
        """The files of a shard or batch that Snakemake can track."""
        return tracked(self._files[job])

    def untracked_files(self, job: str) -> list[str]:
        """The files of a shard or batch that Snakemake cannot track."""
        return untracked(self._files[job])

    def all_untracked_files(self) -> set[str]:
        """All files that Snakemake cannot track."""
        return {file for job in self._jobs for file in self.untracked_files(job)}

    def _job_of(self, path: str) -> str:
        """The job that reads a file, by the hash of its path below the folder."""
        relative = Path(path).relative_to(self._folder).as_posix()
        return self._jobs[shard_of(relative, len(self._jobs))]


class StructureInputs(_DividedFiles):
    """The user's structure files, divided among the shards by the hash of their path.

    Parameters
    ----------
    folder : str
        `structures.folder` of the config; "" for none.
    shards : sequence of str
        The names of the shards.
    """

    @cached_property
    def _files(self) -> dict[str, list[str]]:
        def is_structure(path: Path) -> bool:
            name = path.name.lower()
            return name.endswith(STRUCTURE_SUFFIXES) or name.startswith(STRUCTURE_NAMES)

        files: dict[str, list[str]] = {shard: [] for shard in self._jobs}
        for path in list_files(self._folder, is_structure):
            files[self._job_of(path)].append(path)
        return files

    @cached_property
    def _label_tables(self) -> list[str]:
        return list_files(self._folder, lambda path: path.name == LABELS)

    def labels(self) -> list[str]:
        """The tables labels.csv beside the files."""
        return tracked(self._label_tables)

    def digest(self, shard: str) -> str:
        """One hash over the files of a shard and the tables that label them."""
        return combined_hash(self._files[shard] + self.labels())

    def all_files(self) -> list[str]:
        """All files that Snakemake can track, and the tables that label them."""
        return sorted(file for shard in self._jobs for file in self.files(shard)) + self.labels()

    def label_columns(self) -> set[str]:
        """The column names of all labels.csv, whichever way they are encoded."""
        columns: set[str] = set()
        for path in self._label_tables:
            if not (Path(path).is_file() and os.access(path, os.R_OK)):
                continue  # the job reports it
            with open(path, "rb") as handle:
                content = handle.read(HEADER_BYTES)
            for encoding in ("utf-8-sig", "latin-1", "utf-16"):
                lines = content.decode(encoding, errors="replace").splitlines()
                delimiter = delimiter_of(lines[0] if lines else "")
                columns.update(column_names(next(csv.reader(lines, delimiter=delimiter), [])))
        return columns


class MeasuredInputs(_DividedFiles):
    """The user's measured files, divided among the batches by the hash of their path.

    Parameters
    ----------
    folder : str
        `measured.folder` of the config; "" for none.
    batches : sequence of str
        The names of the batches.
    """

    @cached_property
    def _files(self) -> dict[str, list[str]]:
        """The files by batch; an archive is in each batch, which takes its share of the members."""
        files: dict[str, list[str]] = {batch: [] for batch in self._jobs}
        for path in list_files(self._folder, lambda path: path.name not in NOT_MEASURED):
            for batch in self._jobs if is_archive(path) else [self._job_of(path)]:
                files[batch].append(path)
        return files

    @cached_property
    def _sample_tables(self) -> list[str]:
        return list_files(self._folder, lambda path: path.name == SAMPLES)

    @cached_property
    def _sample_lines(self) -> dict[str, list[bytes]]:
        return {table: (read_bytes(table) or b"").splitlines() for table in self._sample_tables}

    def digest(self, batch: str) -> str:
        """One hash over the files of a batch."""
        return combined_hash(self._files[batch])

    def all_files(self) -> list[str]:
        """All files that Snakemake can track, and the tables samples.csv beside them."""
        files = {file for batch_files in self._files.values() for file in batch_files}
        return tracked(sorted(files)) + tracked(self._sample_tables)

    def all_sample_tables(self) -> dict[str, str]:
        """The tables samples.csv beside the files, each with the hash of its content."""
        return {table: content_hash(table) for table in self._sample_tables}

    @cached_property
    def _calibrant_lines(self) -> dict[str, dict[str, str]]:
        """Of each table with calibrants the files that are marked, and what they are."""
        marked = {}
        for table in self._sample_tables:
            content = read_bytes(table) or b""
            for encoding in ("utf-8-sig", "latin-1", "utf-16"):
                lines = content.decode(encoding, errors="replace").splitlines()
                rows = csv.reader(lines, delimiter=delimiter_of(lines[0] if lines else ""))
                names = [name.lower() for name in column_names(next(rows, []))]
                if {"file", "calibrant"} <= {*names}:
                    cells = (dict(zip(names, map(str.strip, row), strict=False)) for row in rows)
                    marked[table] = {
                        row["file"]: "|".join(row.get(name, "") for name in sorted(names))
                        for row in cells
                        if row.get("file") and row.get("calibrant")
                    }
                    break
        return {table: files for table, files in marked.items() if files}

    def calibrant_files(self) -> list[str]:
        """The files, or the archives of files, that samples.csv marks as calibrants."""
        all_paths = {file for files in self._files.values() for file in files}
        marked = set()
        for table, files in self._calibrant_lines.items():
            for name in files:
                path = Path(os.path.normpath(Path(table).parent / name))
                places = [path, *path.parents]
                marked |= {str(place) for place in places if str(place) in all_paths}
        return sorted(marked)

    def calibrants(self) -> dict[str, Any]:
        """What the fits of calibrants depend on: their lines of the tables, and their content."""
        files = self.calibrant_files()
        return {
            "tables": self._calibrant_lines,
            "untracked_files": untracked(files),
            "contents": combined_hash(files),
        }

    def sample_tables(self, batch: str) -> dict[str, str]:
        """The tables samples.csv, each with a hash over the lines that concern a batch.

        A new line then runs the batch of its file again and no other. A line concerns a batch where
        it holds the name of one of the batch's files or archives. Where the batch reads archives, a
        line that names no file of the folder may be about a member of one, so it counts as well.
        The first line, the column names, always counts.
        """
        names = [os.fsencode(Path(file).name) for file in self._files[batch]]
        has_archives = any(map(is_archive, self._files[batch]))
        all_paths = {os.fsencode(file) for files in self._files.values() for file in files}

        def concerns_batch(line: bytes, folder: bytes) -> bool:
            if any(name in line for name in names):
                return True
            cells = re.split(rb'[,;\t"]', line)
            return has_archives and not any(
                os.path.join(folder, cell.strip()) in all_paths for cell in cells
            )

        hashes = {}
        for table, lines in self._sample_lines.items():
            folder = os.fsencode(Path(table).parent)
            relevant = lines[:1] + [line for line in lines[1:] if concerns_batch(line, folder)]
            hashes[table] = hashlib.sha256(b"\n".join(relevant)).hexdigest()[:16]
        return hashes
