"""What a whole study costs, by rule, as a multiple of one task of diffpy.pdffit2 in the same run.

    python tests/benchmarks/bench_study.py --out FOLDER [--quick]

The study runs in a temporary copy of the project, with nothing done before. The task is nickel's
G(r) from 0 to 30 angstrom in steps of 0.01 angstrom, which pdffit2 computes before the study and
after it; the median counts. So figures of different machines can be compared. FOLDER gets study.csv
(one row a rule) and study.md.

Seconds are those of the CPU, which other work on the machine disturbs little.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from bench_scattering import STRUCTURES, pdffit2_seconds  # noqa: E402
from bench_workflow import default_study, of_children, seconds_of  # noqa: E402

CALLS = 25  # of the task, before the study and after it
QUICK = ("--configfile", "config/quick.yaml", "--directory", "studies/quick")


def task_seconds() -> float:
    """CPU seconds that pdffit2 needs for nickel's G(r) to 30 angstrom."""
    return pdffit2_seconds(STRUCTURES["Ni"](), 0.0, 30.0, CALLS)


def run(folder: Path, quick: bool) -> tuple[pd.DataFrame, float]:
    """Run the default study, or that of `make quick`, from its start.

    Returns
    -------
    DataFrame
        rule, jobs, seconds; the dearest first.
    float
        Seconds of everything that was started, Snakemake included.
    """
    default_study(folder)
    before = of_children()
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *(QUICK if quick else ())]
    subprocess.run(command, cwd=folder, check=True)
    total = of_children() - before
    results = folder / "studies" / "quick" / "results" if quick else folder / "results"
    jobs = pd.Series(seconds_of(results)).rename("seconds").rename_axis("job")
    table = jobs.reset_index()
    rules = table["job"].str.split("/").str[0]
    grouped = table.groupby(rules.rename("rule"))["seconds"].agg(jobs="count", seconds="sum")
    return grouped.sort_values("seconds", ascending=False).reset_index(), total


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="the study of `make quick`")
    wanted = parser.parse_args()
    tasks = [task_seconds()]
    with tempfile.TemporaryDirectory() as place:
        table, total = run(Path(place) / "study", wanted.quick)
    tasks.append(task_seconds())
    task = float(np.median(tasks))
    jobs, seconds = table["jobs"].sum(), table["seconds"].sum()
    rows = [
        *table.itertuples(index=False, name=None),
        ("all jobs", jobs, seconds),
        ("with Snakemake and start-up of Python", jobs, total),
    ]
    table = pd.DataFrame(rows, columns=["rule", "jobs", "seconds"])
    table["share"] = table["seconds"] / seconds
    table["pdffit2_tasks"] = table["seconds"] / task
    lines = [
        f"One task of diffpy.pdffit2: {1e3 * task:.1f} ms "
        f"({', '.join(f'{1e3 * value:.1f}' for value in tasks)} ms before and after).",
        "",
        "| rule | jobs | CPU seconds | share | tasks of pdffit2 |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {row.rule} | {row.jobs} | {row.seconds:.1f} | {row.share:.1%} "
            f"| {row.pdffit2_tasks:,.0f} |"
            for row in table.itertuples()
        ),
    ]
    print(*lines, sep="\n")
    wanted.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(wanted.out / "study.csv", index=False)
    (wanted.out / "study.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
