"""Files that come into a folder: which of them are complete, and not answered yet."""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from pdflearn.study.inputs import NOT_MEASURED, list_files

# A file is complete when its size and times stood still for so long, in seconds. A writer that
# pauses for longer has its file read too early, and again when it has gone on.
SETTLE_TIME = 0.2
# Names of files that other programs still write; they are renamed at the end.
TEMPORARY = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".swp", "~")
Signature = tuple[int, int, int, int]


def is_awaited(path: Path) -> bool:
    """Whether a file counts: no temporary one, and no table beside measured files.

    Examples
    --------
    >>> is_awaited(Path("run_1.gr")), is_awaited(Path("run_1.gr.part"))
    (True, False)
    """
    return path.name not in NOT_MEASURED and not path.name.lower().endswith(TEMPORARY)


def signature(path: str) -> Signature | None:
    """Inode, size and times of a file, which tell that it changed; None where it is gone."""
    try:
        stat = Path(path).stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


@dataclass
class Arrivals:
    """The files below a folder that have come, each told of once for each of its contents.

    Parameters
    ----------
    folder : Path
    without : Path
        A folder whose files do not count: that of the answers.
    """

    folder: Path
    without: Path
    _settling: dict[str, tuple[Signature | None, float]] = field(default_factory=dict)
    _told: dict[str, Signature | None] = field(default_factory=dict)

    @property
    def settling(self) -> bool:
        """Whether some file is still awaited."""
        return bool(self._settling)

    def look(self) -> None:
        """Note what is new or changed in the folder."""
        without = self.without.resolve()
        for path in list_files(str(self.folder), is_awaited):
            if without in Path(path).resolve().parents:
                continue
            now = signature(path)
            if path not in self._settling and self._told.get(path, ()) != now:
                self._settling[path] = (now, time.monotonic())

    def complete(self) -> list[str]:
        """The files that stood still for `SETTLE_TIME`, the one that waited longest first."""
        ready = []
        for path, (before, since) in list(self._settling.items()):
            now = signature(path)
            if now != before:
                self._settling[path] = (now, time.monotonic())
            elif time.monotonic() - since >= SETTLE_TIME:
                del self._settling[path]
                self._told[path] = now
                ready.append(path)
        return ready


def tell_of_changes(
    folder: Path, changed: threading.Event, stopped: threading.Event, poll: float | None
) -> threading.Thread:
    """Set `changed` at each change below a folder, from a thread that ends after `stopped`.

    Parameters
    ----------
    folder : Path
    changed, stopped : Event
    poll : float, optional
        Compare the folder with what it was every so many seconds. Without it the system tells of
        changes, which it cannot on network file systems (NFS, Lustre).
    """
    from watchfiles import watch

    def wait() -> None:
        changes = watch(
            folder, watch_filter=None, debounce=50, step=20, rust_timeout=500, stop_event=stopped,
            force_polling=poll is not None, poll_delay_ms=int(1000 * (poll or 0.3)),
            ignore_permission_denied=True,
        )  # fmt: skip
        try:
            for _ in changes:
                changed.set()
        except OSError:  # the folder is gone, or too many are watched: looked at in intervals
            changed.set()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread
