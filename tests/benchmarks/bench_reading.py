"""What reading structure files costs: read, describe, name, as the workflow does for each file.

    python tests/benchmarks/bench_reading.py --out FOLDER [--files FOLDER] [--count 1000]

Without --files, compounds of the library are written as CIF files first. Beside it the readers of
diffpy.structure and ASE, on those files that they read. CPU seconds of one process, so that other
work on the machine disturbs them little. FOLDER gets reading.md.
"""

import argparse
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "workflow"))

import ase.io  # noqa: E402
from diffpy.structure import loadStructure  # noqa: E402

from pdflearn.structures import reader  # noqa: E402
from pdflearn.structures.cif_writer import write_cif  # noqa: E402
from pdflearn.structures.library import load_library  # noqa: E402
from pdflearn.structures.structure import StructureError, describe, identity  # noqa: E402

PEERS = {"diffpy.structure": loadStructure, "ASE": ase.io.read}


def write_library(folder: Path, count: int) -> list[Path]:
    """So many compounds, evenly out of all, as CIF files."""
    library = load_library(HERE.parents[1] / "resources" / "library")
    names = list(library.compounds.index)
    files = []
    for number, name in enumerate(names[:: max(1, len(names) // count)][:count]):
        files.append(folder / f"{number:05d}.cif")
        text = write_cif(library.build(name), name)
        files[-1].write_text(text, encoding="utf-8")
    return files


def spent_by(read: Callable, files: list[Path]) -> tuple[float, list[Path]]:
    """CPU seconds of a reader on those files that it reads, and which these are."""
    seconds, done = 0.0, []
    for path in files:
        began = time.process_time()
        try:
            read(str(path))
        except Exception:  # noqa: S112  (whatever a peer raises on files that it cannot read)
            continue
        seconds += time.process_time() - began
        done.append(path)
    return seconds, done


def measure(files: list[Path]) -> list[tuple[str, str]]:
    """Rows of what takes how long."""
    spent: dict[str, dict[Path, float]] = {"read": {}, "describe": {}, "identity": {}}
    n: Counter[str] = Counter()
    for path in files:
        began = time.process_time()
        found = [own for _, own in reader.read_structures(path)]
        spent["read"][path] = time.process_time() - began
        for own in found:
            if isinstance(own, StructureError):
                n["refused"] += 1
                continue
            n["read"] += 1
            for step in (describe, identity):
                began = time.process_time()
                try:
                    step(own)
                except StructureError:
                    n["without a space group"] += 1
                times = spent[step.__name__]
                times[path] = times.get(path, 0.0) + time.process_time() - began
    counts = ", ".join(f"{count} {what}" for what, count in n.items())
    rows = [("files", f"{len(files)}: {counts}")]
    for step, times in spent.items():
        rows.append((step, f"{1000 * sum(times.values()) / len(files):.2f} ms a file"))
    total = sum(sum(times.values()) for times in spent.values())
    rows.append(("10,000 files", f"{total / len(files) * 1e4 / 60:.1f} minutes of one core"))
    for name, read in PEERS.items():
        seconds, done = spent_by(read, files)
        ours = sum(spent["read"][path] for path in done)
        rows.append(
            (
                f"{name} alone reads {len(done)} of them",
                f"{1000 * seconds / max(len(done), 1):.2f} ms a file, {seconds / ours:.2f} of our "
                "reading with its checks",
            )
        )
    return rows


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--files", type=Path, help="a folder of structure files")
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as place:
        if options.files:
            files = sorted(path for path in options.files.rglob("*") if path.is_file())
            files = files[:: max(1, len(files) // options.count)][: options.count]
        else:
            files = write_library(Path(place), options.count)
        reader.read_structures(files[0])
        lines = ["| reading | |", "|---|---|"]
        lines += [f"| {what} | {value} |" for what, value in measure(files)]
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "reading.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
