"""How training's time and memory grow with the number of patterns.

    python tests/benchmarks/bench_learning.py --out FOLDER [--quick]

Synthetic patterns of 60 classes with 300 points lie in a memory-mapped file; each model is trained
in a process of its own, on one thread. Where the estimator is the project's own, scikit-learn's is
trained on the same features with the same settings, up to 100,000 patterns. FOLDER gets
learning.csv, learning.md and learning.png.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow"))

import matplotlib  # noqa: E402

matplotlib.use("Agg")
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402
from sklearn.linear_model import Perceptron, Ridge, SGDClassifier, SGDRegressor  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402

from pdflearn.core.grid import Grid  # noqa: E402
from pdflearn.dataset.training_data import Preprocessing  # noqa: E402
from pdflearn.models import build, pattern_models  # noqa: E402

POINTS, CLASSES, N_EVALUATED, BLOCK = 300, 60, 2000, 20_000
GRID = Grid(1.0, 30.9, 0.1)
PREPROCESSING = Preprocessing(GRID, (1.0, 31.0))
LIMIT_GB = 6.0

# (type of task, parameters): little enough to end within minutes at a million patterns.
MODELS = {
    "linear_regression": ("regression", {}),
    "linear_gradient": ("regression", {"batch_size": 256, "max_epochs": 2}),
    "perceptron": ("classification", {"max_epochs": 1}),
    "logistic_gradient": ("classification", {"batch_size": 256, "max_epochs": 2}),
    "mlp": ("classification", {"hidden_layer_sizes": [128], "max_iter": 2, "batch_size": 256}),
    "extra_trees": (
        "classification",
        {"n_estimators": 10, "min_samples_leaf": 20, "max_features": 20},
    ),
}
# Scikit-learn's estimators for the same; those by gradient descent take a step for each pattern.
PEERS = {
    "linear_regression": Ridge(solver="cholesky"),
    "linear_gradient": SGDRegressor(max_iter=2, tol=None),
    "perceptron": Perceptron(max_iter=1, tol=None),
    "logistic_gradient": SGDClassifier(loss="log_loss", max_iter=2, tol=None),
    "mlp": MLPClassifier([128], max_iter=2, batch_size=256),
}
MAX_PEER_PATTERNS = 100_000  # patterns: beyond, copies in double precision take the memory


def make(folder: Path, n: int) -> None:
    """Write n patterns, block by block: waves of 60 lattices, each at its own stretch."""
    r = GRID.r
    waves = np.random.default_rng(0).uniform(1.5, 8.0, (CLASSES, 6))
    patterns = np.lib.format.open_memmap(
        folder / "patterns.npy", mode="w+", dtype=np.float32, shape=(n, POINTS)
    )
    stretches, labels = np.empty(n), np.empty(n, dtype=int)
    for start in range(0, n, BLOCK):
        random = np.random.default_rng([1, start])
        size = min(BLOCK, n - start)
        label = random.integers(CLASSES, size=size)
        stretch = 1 + 0.02 * random.uniform(-1, 1, size)
        block = 0.5 * random.normal(size=(size, POINTS)).astype(np.float32)
        for k in range(waves.shape[1]):
            block += np.sin(np.outer(waves[label, k] / stretch, r).astype(np.float32))
        patterns[start : start + size] = block
        stretches[start : start + size], labels[start : start + size] = stretch, label
    patterns.flush()
    np.savez(folder / "labels.npz", stretches=stretches, labels=labels)


def train(folder: Path, name: str, peer: bool) -> dict[str, float | str | bool]:
    """Train one model, or its peer, on all patterns but the last; time, peak memory, score on
    these."""
    task_type, params = MODELS[name]
    curves = np.load(folder / "patterns.npy", mmap_mode="r")
    with np.load(folder / "labels.npz") as arrays:
        truth = arrays["stretches"] if task_type == "regression" else arrays["labels"].astype(str)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spec = {"estimator": name, "params": params}
    model = build.build_model(name, spec, {}, PREPROCESSING, 0, task_type)
    if peer:
        model.estimator = make_pipeline(*model.estimator[:-1], PEERS[name])
    start = time.process_time()
    model.fit(curves[:-N_EVALUATED], truth[:-N_EVALUATED])
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    predictions = pattern_models.predict(model, curves[-N_EVALUATED:], truth[-N_EVALUATED:])
    if task_type == "regression":
        score = 1 - np.var(predictions[:, 0] - truth[-N_EVALUATED:]) / np.var(truth[-N_EVALUATED:])
    else:
        score = np.mean(model.classes_[predictions.argmax(axis=1)] == truth[-N_EVALUATED:])
    return {
        "model": name,
        "peer": peer,
        "patterns": len(curves) - N_EVALUATED,
        "cpu_seconds": round(seconds, 2),
        "peak_gb": round(peak / 1e6, 3),
        "before_gb": round(before / 1e6, 3),
        "score": round(float(score), 3),
    }


def write(table: pd.DataFrame, out: Path) -> None:
    """Write the table, the same as text, and the plot."""
    out.mkdir(parents=True, exist_ok=True)
    table.to_csv(out / "learning.csv", index=False)
    lines = [
        "Training on one thread, patterns of 300 points, 60 classes; peak memory of the process,",
        f"the memory-mapped file's pages included (limit {LIMIT_GB:g} GB). The score is the",
        "accuracy, or the explained variance of a regression, on patterns that were kept back.",
        "",
        "| model | patterns | CPU time (s) | peak memory (GB) | score "
        "| scikit-learn's time / ours | its score |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    own, peers = (table[table["peer"] == peer].copy() for peer in (False, True))
    both = own.merge(peers, on=["model", "patterns"], how="left", suffixes=("", "_peer"))
    for row in both.itertuples():
        ratio, score = "", ""
        if row.cpu_seconds_peer == row.cpu_seconds_peer:
            ratio = f"{row.cpu_seconds_peer / row.cpu_seconds:.1f}"
            score = f"{row.score_peer:.2f}"
        lines.append(
            f"| {row.model} | {row.patterns:,} | {row.cpu_seconds:.1f} | {row.peak_gb:.2f} | "
            f"{row.score:.2f} | {ratio} | {score} |"
        )
    (out / "learning.md").write_text("\n".join(lines) + "\n")
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for name, rows in own.groupby("model", sort=False):
        axes[0].loglog(rows["patterns"], rows["cpu_seconds"], "o-", label=name.replace("_", " "))
        axes[1].loglog(rows["patterns"], rows["peak_gb"], "o-")
    axes[1].axhline(LIMIT_GB, color="0.5", lw=0.8)
    axes[0].set(xlabel="patterns", ylabel="CPU time of training (s)")
    axes[1].set(xlabel="patterns", ylabel="peak memory (GB)")
    axes[0].legend(fontsize=8)
    figure.savefig(out / "learning.png", dpi=150)


def main() -> int:
    """Train every model on ever more patterns; 1 when one takes more memory than the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="folder for the table and the plot")
    parser.add_argument("--quick", action="store_true", help="no more than 100,000 patterns")
    parser.add_argument("--train", nargs=2, metavar=("FOLDER", "MODEL"), help=argparse.SUPPRESS)
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.train:
        print(json.dumps(train(Path(asked.train[0]), asked.train[1], asked.peer)))
        return 0
    if asked.out is None:
        parser.error("say where to write: --out FOLDER")
    rows = []
    for n in [10_000, 100_000] + ([] if asked.quick else [1_000_000]):
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), n + N_EVALUATED)
            calls = [(name, []) for name in MODELS]
            calls += [(name, ["--peer"]) for name in PEERS if n <= MAX_PEER_PATTERNS]
            for name, words in calls:
                call = [sys.executable, __file__, "--train", folder, name, *words]
                done = subprocess.run(call, capture_output=True, text=True, check=False)
                if done.returncode:
                    raise RuntimeError(f"{name} on {n} patterns: {done.stderr}")
                rows.append(json.loads(done.stdout))
                print(rows[-1], flush=True)
    table = pd.DataFrame(rows).sort_values(["model", "patterns"])
    write(table, asked.out)
    print((asked.out / "learning.md").read_text())
    return int((table.loc[~table["peer"], "peak_gb"] > LIMIT_GB).any())


if __name__ == "__main__":
    sys.exit(main())
