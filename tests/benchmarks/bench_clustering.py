"""How long clustering takes and what it holds, up to 100,000 patterns.

    python tests/benchmarks/bench_clustering.py --out results/bench

Patterns are synthetic: twenty groups of damped waves with noise, on the default grid. Settings are
those of config/config.yaml, with as many patterns as the benchmark says.
"""

import argparse
import csv
import resource
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from pdflearn.clustering import comparison  # noqa: E402
from pdflearn.core.grid import Grid  # noqa: E402
from pdflearn.dataset.training_data import Preprocessing  # noqa: E402

GROUPS = 20


def simulate_groups(n: int, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Patterns (n, points) and the group of each."""
    random = np.random.default_rng(0)
    centres = random.uniform(1.8, 4.2, (GROUPS, 3))
    labels = random.integers(GROUPS, size=n)
    patterns = np.zeros((n, len(r)), dtype=np.float32)
    for wave in centres.T:
        patterns += np.sin(wave[labels, None] * r) * np.exp(-r / 12)
    return patterns + 0.2 * random.normal(size=patterns.shape).astype(np.float32), labels


def main(sizes: list[int], out: Path) -> None:
    """Run every representation and method for each size; write seconds and peak memory."""
    import threadpoolctl

    threadpoolctl.threadpool_limits(1)
    warnings.simplefilter("ignore")
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    settings = config["cluster"]
    grid = config["simulate"]["grid"]
    rows = []
    for n in sizes:
        patterns, labels = simulate_groups(n, Grid(**grid).r)
        start = time.process_time()
        preprocessing = Preprocessing(Grid(**grid), tuple(config["features"]["window"]))
        result = comparison.compare_clusterings(
            patterns, labels.astype(str), settings, preprocessing, config["seed"]
        )
        row = {
            "patterns": n,
            "cpu_seconds": round(time.process_time() - start, 1),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "best_ari": round(result.scores["ari"].iloc[0], 3),
        }
        print(row, flush=True)
        rows.append(row)
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "clustering.csv", "w", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--out", type=Path, default=Path("results/bench"))
    given = parser.parse_args()
    main(given.sizes, given.out)
