"""How long the workflow's simulate rule takes for ten thousand structures, ten patterns each.

    python tests/benchmarks/bench_simulate.py --out FOLDER [--hypothetical N] [--cores N]

Real Snakemake runs in a temporary folder: the library's compounds and N hypothetical ones of each
type. FOLDER gets simulate.csv and simulate.md. What a job spends on curves is measured by running
the rule's script once more, in this process, on one of its shards.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "workflow" / "scripts")]

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import simulate as script  # noqa: E402
import yaml  # noqa: E402

from pdflearn.simulation.noise import MeasurementNoise  # noqa: E402
from pdflearn.simulation.simulator import PDFSimulator  # noqa: E402

DRAWS = 10
SHARD = 300  # structures to a shard, as the documentation advises
Row = tuple[str, float, str]


def write_config(folder: Path, hypothetical: int) -> dict:
    """The default study with ten X-ray patterns of each structure, and no files of a user's.

    Written as a file that is laid over the default config, so what it leaves out stays.
    """
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    structures = config["structures"]
    structures["library"] = str(ROOT / structures["library"])
    structures["hypothetical"] = hypothetical
    types = pd.read_csv(ROOT / "resources" / "library" / "types.csv")
    structures["shards"] = max(len(types) * hypothetical // SHARD, 2)
    for key in ("draws", "hypothetical_draws"):
        config["simulate"][key] = {"xray": DRAWS, "neutron": 0}
    (folder / "study.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    for name in ("structures", "measured"):
        (folder / "resources" / name).mkdir(parents=True)
    return config


def snakemake(folder: Path, cores: int, targets: list[str]) -> float:
    """Wall seconds of a run."""
    call = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    call += ["--directory", str(folder), "--configfile", str(folder / "study.yaml")]
    call += ["--cores", str(cores)]
    start = time.perf_counter()
    done = subprocess.run(
        [*call, "--", *targets], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": sys.path[0]},
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
    return time.perf_counter() - start


def spent_on(folder: Path, config: dict, shard: str) -> tuple[float, float, float]:
    """CPU seconds of the script on one shard: in all, in G(r), in noise and background."""
    seconds = {"curves": 0.0, "noise": 0.0}

    def timed(function, name):
        def call(*args, **values):
            start = time.process_time()
            try:
                return function(*args, **values)
            finally:
                seconds[name] += time.process_time() - start

        return call

    for owner, function, name in (
        (PDFSimulator, "__init__", "curves"),
        (PDFSimulator, "pdf", "curves"),
        (MeasurementNoise, "__call__", "noise"),
    ):
        setattr(owner, function, timed(getattr(owner, function), name))
    results = folder / "results"
    start = time.process_time()
    script.main(
        str(results / "structures" / "shards" / f"{shard}.parquet"),
        str(results / "structures" / "shards" / f"{shard}_index.parquet"),
        config,
        *[
            str(folder / f"again{end}")
            for end in (".npz", ".parquet", ".csv", "_contrasts.parquet")
        ],
    )
    return time.process_time() - start, seconds["curves"], seconds["noise"]


def measure(hypothetical: int, cores: int) -> list[Row]:
    """Run the study's first two stages and say what they took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = write_config(folder, hypothetical)
        shards = [f"{k:03d}" for k in range(config["structures"]["shards"])]
        reading = snakemake(folder, cores, ["results/structures/index.parquet"])
        wall = snakemake(folder, cores, [f"results/patterns/{s}.npz" for s in shards])
        results = folder / "results"
        index = pd.concat(
            [pd.read_parquet(results / "patterns" / f"{s}.parquet", columns=["id"]) for s in shards]
        )
        rejected = sum(len(pd.read_csv(results / "patterns" / f"{s}_rejected.csv")) for s in shards)
        jobs = pd.concat(
            [pd.read_csv(results / "benchmarks/simulate" / f"{s}.tsv", sep="\t") for s in shards]
        )
        sizes = [len(np.load(results / "patterns" / f"{s}.npz")["reference_ids"]) for s in shards]
        middle = shards[int(np.argsort(sizes)[len(sizes) // 2])]
        whole, curves, noise = spent_on(folder, config, middle)
        written = sum((results / "patterns" / f"{s}.npz").stat().st_size for s in shards)
    structures = int(index["id"].nunique())
    busy, start = float(jobs["s"].sum()), importing()
    return [
        ("structures", structures, ""),
        ("patterns", len(index), ""),
        ("structures rejected", rejected, ""),
        ("jobs", len(shards), ""),
        ("cores", cores, ""),
        ("reading and labelling, wall time", reading, "s"),
        ("simulate, wall time", wall, "s"),
        ("patterns a second", len(index) / wall, "1/s"),
        ("share of the cores' time outside of jobs (Snakemake, idle)", 1 - busy / cores / wall, ""),
        ("share of it that starts jobs (Python, imports)", len(shards) * start / cores / wall, ""),
        ("CPU time of all jobs", float(jobs["cpu_time"].sum()), "s"),
        ("share of a script's CPU time in G(r)", curves / whole, ""),
        ("share in noise and background", noise / whole, ""),
        (
            "share in all else (draws, contrasts, files)",
            1 - (curves + noise) / whole,
            "",
        ),
        ("peak memory of a job", float(jobs["max_rss"].max()), "MB"),
        ("patterns' files", written / 1e6, "MB"),
    ]


def importing() -> float:
    """Wall seconds until a job's script could begin."""
    code = "import sys; sys.path[:0] = sys.argv[1:]; import simulate"
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code, *sys.path[:2]], check=True)
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the table")
    parser.add_argument("--hypothetical", type=int, default=80, help="compounds of a type")
    parser.add_argument("--cores", type=int, default=2)
    asked = parser.parse_args()
    rows = measure(asked.hypothetical, asked.cores)
    asked.out.mkdir(parents=True, exist_ok=True)
    with (asked.out / "simulate.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("what", "value", "unit"), *rows])
    lines = ["| simulate rule | |", "|---|---|"]
    lines += [
        f"| {what} | {value:,.0f} {unit} |" if value >= 10 else f"| {what} | {value:.2g} {unit} |"
        for what, value, unit in rows
    ]
    (asked.out / "simulate.md").write_text("\n".join(lines) + "\n")
    print((asked.out / "simulate.md").read_text())


if __name__ == "__main__":
    main()
