"""Curves of a folder of CIF files, in one process of `bench_scattering`: prints what it took.

    python curves_of_files.py FOLDER FORM_FACTOR DRAWS FIRST STEP

Takes every STEP-th file from FIRST on. Prints the number of curves and of structures, wall seconds,
CPU seconds, peak memory (MB) and CPU seconds of reading alone.
"""

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow"))

import numpy as np

from pdflearn import read_structure
from pdflearn.simulation.simulator import PDFSimulator

GRID = {"r_min": 1.0, "r_max": 30.05, "r_step": 0.1}


def draw(random: np.random.Generator, shortest: float) -> dict[str, float]:
    """Parameters as a study draws them."""
    return {
        "u_iso": random.uniform(0.003, 0.02), "delta2": random.uniform(0, 0.4) * shortest**2,
        "q_broad": random.uniform(0, 0.03), "q_damp": random.uniform(0.01, 0.06),
        "q_min": random.uniform(0.3, 1.2), "q_max": random.uniform(17, 28),
        "strain": random.uniform(-0.02, 0.02),
    }  # fmt: skip


def curves(path: Path, form_factor: str, n: int, random: np.random.Generator) -> np.ndarray:
    """CIF text to float32 rows on the learning grid."""
    simulator = PDFSimulator(read_structure(path), form_factor=form_factor)
    shortest = simulator.minimum_distance
    rows = [simulator.pdf(**draw(random, shortest), **GRID)[1] for _ in range(n)]
    return np.array(rows, dtype=np.float32)


def main(folder: str, form_factor: str, n: str, first: str, step: str) -> None:
    """Simulate, and print the numbers on one line."""
    files = sorted(Path(folder).glob("*.cif"))
    random = np.random.default_rng(1)
    for path in files[:2]:  # compiles
        curves(path, form_factor, int(n), random)
    share = files[int(first) :: int(step)]
    wall, cpu = time.perf_counter(), time.process_time()
    total = sum(len(curves(path, form_factor, int(n), random)) for path in share)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    reading = time.process_time()
    for path in share:
        read_structure(path)
    reading = time.process_time() - reading
    print(total, len(share), wall, cpu, peak, reading)


if __name__ == "__main__":
    main(*sys.argv[1:])
