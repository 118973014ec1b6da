"""What reading structure files costs: read, describe, name, as the workflow does for each file.

    python tests/benchmarks/bench_reading.py FOLDER [--count 1000]

CPU seconds of one process, so that other work on the machine disturbs them little.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "workflow"))

from pdflearn import reading, structures  # noqa: E402


def main() -> None:
    """Print the time for each step and for ten thousand files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    files = sorted(path for path in options.folder.rglob("*") if path.is_file())
    files = files[:: max(1, len(files) // options.count)][: options.count]
    spent: Counter[str] = Counter()
    n: Counter[str] = Counter()
    for path in files:
        began = time.process_time()
        found = [own for _, own in reading.read_structures(path)]
        spent["read"] += time.process_time() - began
        for own in found:
            if isinstance(own, structures.StructureError):
                n["refused"] += 1
                continue
            n["read"] += 1
            for step in (structures.describe, structures.identity):
                began = time.process_time()
                try:
                    step(own)
                except structures.StructureError:
                    n["without a space group"] += 1
                spent[step.__name__] += time.process_time() - began
    print(f"{len(files)} files: {dict(n)}")
    for step, seconds in spent.items():
        print(f"  {step:10} {1000 * seconds / len(files):7.2f} ms a file")
    print(f"  10,000 files: {sum(spent.values()) / len(files) * 1e4 / 60:.1f} minutes of one core")


if __name__ == "__main__":
    main()
