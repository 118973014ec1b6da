"""What a whole study costs, by rule, as a multiple of one task of diffpy.pdffit2 in the same run.

    python tests/benchmarks/bench_study.py --out FOLDER [--config config/quick.yaml]

The study runs in a temporary copy of the project, with nothing done before. The task is nickel's
G(r) from 0 to 30 angstrom in steps of 0.01 angstrom, which pdffit2 computes before the study and
after it; the median counts. So figures of different machines can be compared. FOLDER gets study.csv
(one row a rule) and study.md.

Seconds are those of the CPU, which other work on the machine disturbs little.
"""

import argparse
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


def task_seconds() -> float:
    """CPU seconds that pdffit2 needs for nickel's G(r) to 30 angstrom."""
    return pdffit2_seconds(STRUCTURES["Ni"](), 0.0, 30.0, CALLS)


def run(folder: Path, config: str | None) -> tuple[pd.DataFrame, float]:
    """Run a study from its start.

    Returns
    -------
    DataFrame
        rule, jobs, seconds; the dearest first.
    float
        Seconds of everything that was started, Snakemake included.
    """
    study = default_study(folder)
    before = of_children()
    study.snakemake(*(["--configfile", config] if config else []))
    total = of_children() - before
    jobs = pd.Series(seconds_of(study.folder / "results")).rename("seconds").rename_axis("job")
    table = jobs.reset_index()
    rules = table["job"].str.split("/").str[0]
    grouped = table.groupby(rules.rename("rule"))["seconds"].agg(jobs="count", seconds="sum")
    return grouped.sort_values("seconds", ascending=False).reset_index(), total


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", help="a config of the study beside the default one")
    wanted = parser.parse_args()
    tasks = [task_seconds()]
    with tempfile.TemporaryDirectory() as place:
        table, total = run(Path(place) / "study", wanted.config)
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
