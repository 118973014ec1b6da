"""What `pdflearn watch` does: answer each measured file that comes into a folder.

A file's first answer goes ahead of all refinements, which a process of its own makes meanwhile.
"""

import hashlib
import signal
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pdflearn.core.columns import CsvTable
from pdflearn.core.errors import PdflearnError
from pdflearn.core.io import load_table, save_table, save_text
from pdflearn.identification.messages import NONE
from pdflearn.measured.index import readable, safe_name
from pdflearn.measured.reader import printable
from pdflearn.measured.samples import MeasuredSample
from pdflearn.reporting import live_page
from pdflearn.study import views
from pdflearn.study.arrivals import Arrivals, tell_of_changes
from pdflearn.study.asked import NOTHING_ASKED, Asked
from pdflearn.study.command_identify import asked_study
from pdflearn.study.first_answer import first_answer
from pdflearn.study.identify import RECORD
from pdflearn.study.measured_files import read_files
from pdflearn.study.terminal import print_json
from pdflearn.study.watch_journal import Journal
from pdflearn.study.watch_worker import Refiner

STEP = 0.05  # seconds between looks at what is being written and refined
# The folder is looked at so often even where the system tells of no change, as on network file
# systems; seconds.
LOOK_EVERY = 3.0
# Tables and page are written at most this often, seconds, and take at most a twentieth of the time.
WRITE_EVERY, WRITE_SHARE = 1.0, 0.05
N_NAMED, LEAST_NAMED = 3, 0.01  # types and look-alikes in a line, and their least probability
SHOWN = ("file", "rows", "look_alikes", "parameters", "rw", "reason")  # of an answer in JSON
CURVES = CsvTable(())  # of a fit: numbers alone


class WatchError(PdflearnError):
    """A folder that cannot be watched; says what to do."""


class Watcher:
    """Answers the files of one folder.

    Parameters
    ----------
    folder : path
        Of measured files; all folders below it count.
    results : path
        The folder of results of a study that has run.
    out : path
        Folder for the answers.
    asked : Asked, optional
        The user's structures and the elements of the samples.
    known : mapping, optional
        What is said of all files: radiation, r_min, r_max, q_max, ...
    as_json : bool, default False
        Whether each answer is printed as one line of JSON.

    Raises
    ------
    PdflearnError
        Where the folder or the study cannot be used.
    """

    def __init__(
        self,
        folder: str | Path,
        results: str | Path,
        out: str | Path,
        asked: Asked = NOTHING_ASKED,
        known: Mapping[str, Any] | None = None,
        *,
        as_json: bool = False,
    ) -> None:
        self.folder, self.out = Path(folder), Path(out)
        if not self.folder.is_dir():
            raise WatchError(f"{folder} is no folder; name the one that measured files come into")
        if self.out.resolve() == self.folder.resolve():
            raise WatchError(f"--out {out} is the folder that is watched; name another one")
        self.known, self.asked, self.as_json = dict(known or {}), asked, as_json
        self.study, self.lookup = asked_study(results, asked)
        record = Path(results) / RECORD
        said = [repr(asked), repr(sorted(self.known.items()))]
        self._origin = "\n".join(said).encode()
        if not asked.only and record.is_file():
            self._origin += record.read_bytes()
        for path in asked.structures:
            self._origin += Path(path).read_bytes() if Path(path).is_file() else b""
        self.journal = Journal(self.out)
        self.arrivals = Arrivals(self.folder, self.out)
        self.refiner = Refiner(str(results), asked)
        self.stopped, self._changed = threading.Event(), threading.Event()
        self._fresh: deque[str] = deque()
        self._waiting: deque[tuple[str, str, MeasuredSample, np.ndarray]] = deque()
        self._refined: tuple[str, str, MeasuredSample, np.ndarray] | None = None
        self._newest = next(reversed(self.journal.verdicts), "")
        self._unwritten, self._write_after = True, 0.0

    def run(self, poll: float | None = None) -> None:
        """Answer files until SIGINT or SIGTERM comes, or `stopped` is set.

        Parameters
        ----------
        poll : float, optional
            See `tell_of_changes`.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        tell_of_changes(self.folder, self._changed, self.stopped, poll)
        looked = -LOOK_EVERY
        try:
            while not self.stopped.is_set():
                if self._changed.is_set() or time.monotonic() - looked >= LOOK_EVERY:
                    self._changed.clear()
                    self.arrivals.look()
                    looked = time.monotonic()
                self._fresh += self.arrivals.complete()
                if self._fresh:
                    self._read(self._fresh.popleft())
                self._refine_next()
                self._write(time.monotonic())
                if not self._fresh:
                    self._wait()
        finally:
            self.stopped.set()
            self.refiner.close()
            self._write(np.inf)
            self.journal.close()

    def _stop(self, number: int, frame: object) -> None:
        self.stopped.set()
        signal.signal(number, signal.SIG_DFL)  # a second one ends at once

    def _wait(self) -> None:
        if self.arrivals.settling or self._refined is not None or self._waiting:
            self.stopped.wait(STEP)
        else:
            self._changed.wait(4 * STEP)

    def _digest(self, path: str) -> str:
        """The hash of a file's content and of what was asked; "" where it cannot be read."""
        try:
            with open(path, "rb") as handle:
                content = hashlib.file_digest(handle, "sha256").digest()
        except OSError:
            return ""
        return hashlib.sha256(self._origin + content).hexdigest()

    def _read(self, path: str) -> None:
        """Give the first answer about a file, unless an earlier watcher did."""
        digest, shown = self._digest(path), readable(path)
        again = self.journal.is_read(shown, digest)
        if again and not self.journal.waiting(shown):
            return
        line: dict[str, Any] = {"event": "read", "path": shown, "digest": digest, "samples": []}
        try:
            batch, rejected = read_files([path], self.study.grid, self.known)
            # a samples.csv may tell of files that are still to come
            line["rejected"] = [row for row in rejected if row["file"].startswith(shown)]
            samples = [self.asked.of_sample(sample, self.lookup) for sample in batch.samples]
            for sample, g in zip(samples, batch.patterns, strict=True):
                rows, look_alikes = first_answer(self.study, sample, g)
                entry = {"file": sample.file, "rows": rows, "look_alikes": look_alikes}
                line["samples"].append(entry | {"index": views.plain(sample.to_row())})
                if not again or sample.file not in self.journal.verdicts:
                    self._waiting.append((shown, digest, sample, g))
        except (PdflearnError, OSError, ValueError) as error:
            line["rejected"] = [{"file": shown, "reason": str(error)}]
        if again:
            return
        self.journal.add(line)
        self._unwritten = True
        for entry in line["samples"]:
            self._tell("first", entry, _in_words(entry))
        for row in line["rejected"]:
            self._tell("rejected", row, f"not used: {row['file']}: {row['reason']}")

    def _refine_next(self) -> None:
        """Take the answer of the process that refines, and give it the next sample."""
        reply = self.refiner.answer()
        if reply is not None and self._refined is not None:
            self._note(*self._refined[:3], reply)
            self._refined = None
        while self._waiting and not self.refiner.busy:
            self._refined = self._waiting.popleft()
            shown, digest, sample, g = self._refined
            if self.journal.is_read(shown, digest):  # else the file has changed since
                self.refiner.send(sample, g)
            else:
                self._refined = None

    def _note(self, path: str, digest: str, sample: MeasuredSample, reply: dict[str, Any]) -> None:
        """Keep a verdict, unless the file has changed since."""
        if not self.journal.is_read(path, digest):
            return
        file = sample.file
        if "error" in reply:
            rows = next(s["rows"] for s in self.journal.samples if s["file"] == file)
            rows = [rows[0] | {"verdict": NONE, "reason": reply["error"]}, *rows[1:]]
            reply = {"rows": rows, "parameters": [], "rw": float("nan"), "files": {}}
        for name, text in reply["files"].items():
            save_text(self.out / "structures" / name, text)
        if reply.get("curves") is not None:
            save_table(self._fit_path(file), reply["curves"])
        line = {"event": "verdict", "file": file, "path": path, "digest": digest}
        line |= {name: reply[name] for name in ("rows", "parameters", "rw")}
        self.journal.add(line)
        self._newest, self._unwritten = file, True
        first = reply["rows"][0]
        text = f"{file}: {first['verdict']}. {first['structure_type']}. {first['reason']}"
        self._tell("verdict", line, text)

    def _fit_path(self, file: str) -> Path:
        return self.out / "fits" / f"{safe_name(file)}.csv"

    def _tell(self, event: str, entry: dict[str, Any], text: str) -> None:
        if self.as_json:
            shown = {name: entry[name] for name in SHOWN if name in entry}
            print_json("watch", in_a_line=True, event=event, **views.plain(shown))
        else:
            print(printable(text), flush=True)

    def _write(self, now: float) -> None:
        """Write the tables and the page, unless they were just written."""
        if not self._unwritten or now < self._write_after:
            return
        begin = time.monotonic()
        self._unwritten = False
        self.journal.save_tables()
        path = self._fit_path(self._newest)
        curves = load_table(path, CURVES) if self._newest and path.is_file() else None
        page = live_page.render_page(
            str(self.folder), self.journal.samples, self.journal.verdicts, self.journal.rejected,
            self.journal.index(), self._newest, curves,
        )  # fmt: skip
        save_text(self.out / live_page.PAGE, page)
        took = time.monotonic() - begin
        self._write_after = begin + max(WRITE_EVERY, took / WRITE_SHARE)


def _in_words(entry: Mapping[str, Any]) -> str:
    """A first answer in a line."""
    rows = [row for row in entry["rows"][:N_NAMED] if row["probability"] >= LEAST_NAMED]
    likely = ", ".join(f"{row['structure_type']} {row['probability']:.2f}" for row in rows)
    looks = entry["look_alikes"][:N_NAMED]
    alike = ", ".join(f"{look['structure']} {look['similarity']:.2f}" for look in looks)
    parts = [f"likely {likely}"] if likely else []
    parts += [f"looks like {alike}"] if alike else []
    return f"{entry['file']}: {'; '.join(parts) or 'nothing to compare it with'}"
