"""What the jobs of the default study take: the table that the time which remains is estimated from.

    python -m snakemake_logger_plugin_pdflearn.expected results/benchmarks

writes it anew from the times of a study that has run. Only their ratios matter much: a run compares
its own first jobs with them.
"""

import csv
import sys
from pathlib import Path

TABLE = Path(__file__).with_name("expected_seconds.csv")


def read_expected(file: Path = TABLE) -> dict[str, float]:
    """Seconds by the name of the job, as `write_expected` wrote them."""
    with open(file, newline="", encoding="utf-8") as handle:
        return {row["job"]: float(row["seconds"]) for row in csv.DictReader(handle)}


def write_expected(benchmarks: Path, file: Path = TABLE) -> int:
    """Write the table from the benchmarks of a study; return how many jobs it has."""
    lines = []
    for path in benchmarks.rglob("*.tsv"):
        with open(path, newline="", encoding="utf-8") as handle:
            seconds = float(next(csv.DictReader(handle, delimiter="\t"))["s"])
        lines.append(f"{path.relative_to(benchmarks).with_suffix('').as_posix()},{seconds:.1f}")
    file.write_text("\n".join(["job,seconds", *sorted(lines)]) + "\n", encoding="utf-8")
    return len(lines)


if __name__ == "__main__":
    print(f"{write_expected(Path(sys.argv[1]))} jobs: {TABLE}")
