"""What a watcher has answered: a file that only grows, and the tables that follow from it.

Each answer is one line, on the disk before anything shows it. A kill may tear the last line; it is
then left out, and the file that it was about is answered again.
"""

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd

from pdflearn.core.io import save_table
from pdflearn.identification.results import COLUMNS, PARAMETER_COLUMNS
from pdflearn.measured.samples import INDEX_COLUMNS

JOURNAL = "watch.jsonl"


class Journal:
    """Everything answered so far, by the name of the measured file.

    Parameters
    ----------
    folder : path
        Of the answers; what an earlier watcher left there is read.

    Attributes
    ----------
    reads : dict
        path -> its line: digest, samples (file, index, rows, look_alikes) and rejected.
    verdicts : dict
        name of a sample -> its line: path, digest, rows, parameters, rw.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.reads: dict[str, dict[str, Any]] = {}
        self.verdicts: dict[str, dict[str, Any]] = {}
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / JOURNAL
        written = path.read_bytes() if path.exists() else b""
        whole = written[: written.rfind(b"\n") + 1]
        for line in whole.splitlines():
            try:
                self._note(json.loads(line))
            except (ValueError, KeyError, TypeError):  # a torn line: answered again
                continue
        self._handle = open(path, "ab")  # noqa: SIM115 - open as long as the watcher runs
        self._handle.truncate(len(whole))

    def add(self, line: dict[str, Any]) -> None:
        """Write one line to the disk and note it."""
        self._handle.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        self._handle.flush()
        os.fsync(self._handle.fileno())
        self._note(json.loads(json.dumps(line)))

    def _note(self, line: dict[str, Any]) -> None:
        if line["event"] == "read":
            before = self.reads.pop(line["path"], {"samples": []})
            for sample in before["samples"]:
                self.verdicts.pop(sample["file"], None)
            self.reads[line["path"]] = line
        else:
            self.verdicts[line["file"]] = line

    def is_read(self, path: str, digest: str) -> bool:
        """Whether a file with this content has its first answer."""
        return bool(digest) and self.reads.get(path, {}).get("digest") == digest

    def waiting(self, path: str) -> list[str]:
        """The samples of a file that have no verdict yet."""
        samples = [sample["file"] for sample in self.reads[path]["samples"]]
        return [file for file in samples if file not in self.verdicts]

    @property
    def samples(self) -> list[dict[str, Any]]:
        """Samples with their first answers, in the order in which they were read."""
        return [sample for line in self.reads.values() for sample in line["samples"]]

    @property
    def rejected(self) -> list[dict[str, str]]:
        """file and reason of what could not be used."""
        return [row for line in self.reads.values() for row in line["rejected"]]

    def index(self) -> pd.DataFrame:
        """The table of what was read, as in index.csv."""
        return pd.DataFrame([item["index"] for item in self.samples], columns=INDEX_COLUMNS)

    def save_tables(self) -> None:
        """Write identification.csv, parameters.csv, index.csv and rejected.csv."""
        rows, parameters = [], []
        for sample in self.samples:
            verdict = self.verdicts.get(sample["file"])
            rows += sample["rows"] if verdict is None else verdict["rows"]
            parameters += [] if verdict is None else verdict["parameters"]
        tables = {
            "identification": pd.DataFrame(rows, columns=COLUMNS),
            "parameters": pd.DataFrame(parameters, columns=PARAMETER_COLUMNS),
            "index": self.index(),
            "rejected": pd.DataFrame(self.rejected, columns=["file", "reason"]),
        }
        for name, table in tables.items():
            save_table(self.folder / f"{name}.csv", table)

    def close(self) -> None:
        """Close the file."""
        self._handle.close()
