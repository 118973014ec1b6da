"""Time and memory of reading and identifying measured PDFs; needs a study that has run.

    python tests/benchmarks/bench_identification.py --files 1000 --refined 10 --out results/bench

Simulated patterns of library structures with noise are written as .gr files with PDFgetX3's
header. Step 1, reading and probabilities, is timed over all of them, the rest over a few; then a
file of ten million rows, and the command in a process of its own. CPU seconds and wall-clock time.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from pdflearn.core.io import save_text
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.sample import identify_samples
from pdflearn.measured import reader
from pdflearn.measured.text import PatternError
from pdflearn.models.probabilities import type_probabilities
from pdflearn.simulation.simulator import SimulationError, simulate_pdf
from pdflearn.study.identify import load_study
from pdflearn.study.measured_files import read_files

Result = TypeVar("Result")
HEADER = """[DEFAULT]

version = pdfgetx3 1.0

outputtype = gr
composition = {composition}
qmax = {q_max}
qmin = 0.5
rmin = 0.0
rmax = 30.0
rstep = 0.01

#### start data

#S 1
#L r(A)  G(A^{{-2}})
"""


def write_files(folder: Path, catalogue: Catalogue, n_files: int) -> list[Path]:
    """Write .gr files of structures that measured curves are compared with, one for each seed."""
    ids = catalogue.references.ids
    files: list[Path] = []
    for seed in range(10 * n_files):
        random = np.random.default_rng(seed)
        structure = catalogue.load(str(random.choice(ids)))
        q_max = float(random.uniform(18, 30))
        try:
            r, g = simulate_pdf(
                structure, q_max=q_max, q_damp=0.035, u_iso=float(random.uniform(0.003, 0.012))
            )
        except SimulationError:
            continue
        g = 0.3 * g + random.normal(0, 0.01 * np.abs(g).max(), len(g))
        file = folder / f"sample_{seed:05d}.gr"
        rows = "\n".join(f"{x:.2f} {y:.6f}" for x, y in zip(r, g, strict=True))
        head = HEADER.format(composition="unknown", q_max=f"{q_max:.2f}")
        file.write_text(head + rows + "\n")
        files.append(file)
        if len(files) == n_files:
            break
    return files


class Clock:
    """The times of each step, as rows of a table."""

    def __init__(self) -> None:
        self.rows: list[str] = ["step,files,cpu_s,wall_s"]

    def time(self, step: str, n_files: int, work: Callable[[], Result]) -> Result:
        """Do the work of a step, note its times, and return its result."""
        cpu, wall = time.process_time(), time.perf_counter()
        result = work()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        self.rows.append(f"{step},{n_files},{cpu:.2f},{wall:.2f}")
        print(self.rows[-1], flush=True)
        return result


def main() -> None:
    """Measure and write bench_identification.csv."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--refined", type=int, default=10)
    parser.add_argument("--out", default="results/bench")
    options = parser.parse_args()
    clock = Clock()
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        folder = Path(name)
        study = clock.time("load", 1, lambda: load_study("results"))
        files = clock.time(
            "write", options.files, lambda: write_files(folder, study.catalogue, options.files)
        )
        batch, rejected = clock.time(
            "read", len(files), lambda: read_files([str(f) for f in files], study.grid)
        )
        assert len(batch.samples) == len(files), rejected
        curves = batch.patterns_array(study.grid.points)
        probabilities = clock.time(
            "probabilities", len(files), lambda: type_probabilities(curves, study.model)
        )
        few = batch.samples[: options.refined]
        clock.time(
            "identify",
            len(few),
            lambda: list(identify_samples(few, probabilities, study.catalogue, top_n=5)),
        )
        large = folder / "large.gr"
        with open(large, "w") as handle:
            for row in range(0, 10_000_000, 100_000):
                handle.writelines(f"{1e-5 * (row + k):.5f} 1.0\n" for k in range(100_000))
        (_, pattern), *_ = clock.time("ten million rows", 1, lambda: list(reader.read_pdfs(large)))
        print(pattern if isinstance(pattern, PatternError) else "read")
        call = [sys.executable, "-m", "pdflearn", "identify", str(files[0])]
        call += ["--out", str(folder / "answers")]
        start = time.perf_counter()
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = used.ru_utime + used.ru_stime
        clock.rows.append(f"command,1,{cpu:.2f},{time.perf_counter() - start:.2f}")
        print(clock.rows[-1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MiB")
    save_text(Path(options.out) / "bench_identification.csv", "\n".join(clock.rows) + "\n")


if __name__ == "__main__":
    main()
