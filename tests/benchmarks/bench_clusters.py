"""How often the shape of a metal cluster is named rightly, from curves made by Debye sums.

    python tests/benchmarks/bench_clusters.py --out results/bench [--seed N] [--per-shape N]

Needs a study that has run. Files are made by cluster_files.py, which shares no code with the
simulator or with the shapes of the look-up: surfaces contracted, moving and incomplete, sizes
between and beyond those of the library, alloys, noise, instruments, X-rays and neutrons. Seeds 1
and 2 were looked at while the rules were made, 11 while sizes, contracted surfaces and gaps came
into the search; 101 was drawn once, before twins of a second size came into the look-up. Seeds from
131 on test them.

Octahedra, truncated octahedra, cuboctahedra and spheres of fcc differ by less than a change of
their size makes, so beside the shape itself its family is scored: what a curve can tell.
"""

import argparse
import tempfile
import time
from pathlib import Path

import pandas as pd
from bench_verdicts import identify_file
from cluster_files import FAMILIES, make_files
from threadpoolctl import threadpool_limits

from pdflearn.core.io import save_table
from pdflearn.identification.messages import ACCEPTED, AMBIGUOUS
from pdflearn.study.identify import load_study

CRYSTALS = ("fcc", "hcp", "bcc", "sc")  # which a sphere may come as
SIZES = [(13, 50), (50, 150), (150, 10_000)]  # atoms


def family_of(structure_type: str) -> str:
    """The family of shapes that a type belongs to; the type itself where it is none of them."""
    return FAMILIES.get(structure_type, structure_type)


def main() -> None:
    """Make the files, identify them, print and write the scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="results/bench")
    parser.add_argument("--results", default="results")
    parser.add_argument("--seed", type=int, default=131)
    parser.add_argument("--per-shape", type=int, default=8)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        study = load_study(options.results)
        for state in make_files(Path(folder), options.seed, options.per_shape):
            start = time.process_time()
            result = identify_file(state["file"], study)
            seconds = time.process_time() - start
            answer, first = result.answer, result.types[0]
            rows.append(
                {
                    "shape": state["shape"],
                    "atoms": state["atoms"],
                    "answer": first["structure_type"],
                    "structure": first["structure"],
                    "verdict": answer.verdict,
                    "rw": first["rw"],
                    "right": first["structure_type"] == state["shape"],
                    "family": FAMILIES[state["shape"]] == family_of(first["structure_type"]),
                    "accepted_wrong": answer.verdict == ACCEPTED
                    and FAMILIES[state["shape"]] != family_of(first["structure_type"]),
                    "seconds": seconds,
                }
            )
            print("{shape:22}{atoms:5} {verdict:14} {rw:.3f} {structure}".format(**rows[-1]))
    table = pd.DataFrame(rows)
    print(pd.crosstab(table["shape"], table["answer"]).to_string())
    size = pd.cut(table["atoms"], [low for low, _ in SIZES] + [SIZES[-1][1]], right=False)
    scores = table.groupby(size, observed=True).agg(
        files=("right", "size"),
        family=("family", "mean"),
        shape=("right", "mean"),
        accepted=("verdict", lambda column: (column == ACCEPTED).mean()),
        ambiguous=("verdict", lambda column: (column == AMBIGUOUS).mean()),
        accepted_wrong=("accepted_wrong", "mean"),
        seconds=("seconds", "median"),
    )
    print(scores.round(3).to_string())
    save_table(Path(options.out) / "clusters.csv", table)


if __name__ == "__main__":
    main()
