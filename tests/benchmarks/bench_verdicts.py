"""How often measured files are named rightly: files that this project's simulator did not make.

    python tests/benchmarks/bench_verdicts.py --out results/bench [--variant N] [--keep FOLDER]

Needs a study that has run. Some variants were looked at while the rules of
`pdflearn.identification.verdict` were made (it says which, and for what); others test them. About
ninety files are made (verdict_files.py) from structures typed in from the literature: other
temperatures and lattice constants, anisotropic U, delta1, nanoparticles, solid solutions, a few per
cent of a second phase, background, noise, many dialects, X-rays (partial curves weighted by form
factors) and neutrons. Ten files and more belong to no type: glass, liquids, molecules, types that
the library does not have, noise, wrong quantities. Prints every file's answer, then scores as the
rule score_measured counts them.
"""

import argparse
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from diffpy.pdffit2 import redirect_stdout
from threadpoolctl import threadpool_limits
from verdict_files import make_files

from pdflearn.core.io import save_table
from pdflearn.identification.messages import ACCEPTED
from pdflearn.identification.results import PARAMETER_COLUMNS
from pdflearn.identification.sample import SampleResult, identify_sample
from pdflearn.identification.scores import by_sample, score_files, summary
from pdflearn.measured.samples import INDEX_COLUMNS
from pdflearn.models.probabilities import type_probabilities
from pdflearn.study.identify import TrainedStudy, load_study
from pdflearn.study.measured_files import read_files


def identify_file(file: str, study: TrainedStudy) -> SampleResult | str:
    """The result of one file, or the reason why it cannot be read."""
    batch, rejected = read_files([file], study.grid)
    if not batch.samples:
        return rejected[0]["reason"]
    patterns = batch.patterns_array(study.grid.points)
    probabilities = type_probabilities(patterns, study.model).iloc[0].to_dict()
    return identify_sample(batch.samples[0], probabilities, study.catalogue, top_n=5)


def describe(row: Mapping[str, Any], label: str, result: SampleResult) -> str:
    """One line on a file: a star where it is named wrongly, its verdict, Rw, types and state."""
    answer, sample = result.answer, result.sample
    types = [item["structure_type"] for item in result.types[:3]]
    wrong = answer.verdict == ACCEPTED if row["label"] == "none" else types[0] != label
    return (
        f"{'*' if wrong else '':2}{row['name']:32}{row['label']:14}{answer.verdict:14}"
        f"{result.types[0]['rw']:.3f}/{answer.rw_limit:.2f} p "
        f"{answer.probabilities.get(row['label'], 0):.2f} "
        f"{' '.join(types)} [{row['dialect']} {row['step']:.2f} header {sample.radiation or '-'} "
        f"best {answer.radiation} Q {row['q_max']:.1f} read {sample.to_row()['q_max']:.1f}]"
    )


def main() -> None:
    """Make the files, identify them, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="results/bench")
    parser.add_argument("--keep", default="", help="folder where the files are left")
    parser.add_argument("--variant", type=int, default=0, help="another draw of all states")
    parser.add_argument("--only", default="", help="names with this word alone")
    options = parser.parse_args()
    start = time.process_time()
    index, answers = [], []
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        folder = Path(options.keep or name)
        folder.mkdir(parents=True, exist_ok=True)
        redirect_stdout(open("/dev/null", "w"))  # noqa: SIM115  (PDFfit2's messages)
        files = make_files(folder, options.variant)
        files = files[files["name"].str.contains(options.only, regex=False)]
        study = load_study("results")
        print(f"files made in {time.process_time() - start:.0f} s")
        for row in files.to_dict("records"):
            result = identify_file(row["file"], study)
            if isinstance(result, str):
                print(f"{row['name']:32}{row['label']:14} not read: {result}")
                continue
            # Whoever names both phases of a mixture is right as well.
            named_both = result.types[0]["structure_type"] == row["both"]
            label = row["both"] if named_both else row["label"]
            known = {"label": label, "sample": row["name"], "radiation": row["radiation"]}
            index.append(result.sample.to_row() | known)
            answers += result.types
            print(describe(row, label, result), flush=True)
    samples = by_sample(
        score_files(
            pd.DataFrame(index).reindex(columns=INDEX_COLUMNS).fillna(""),
            pd.DataFrame(answers),
            pd.DataFrame(columns=PARAMETER_COLUMNS),
            study.catalogue.parents,
        )
    )
    print(summary(samples).to_string(index=False))
    print(samples["verdict"].value_counts().to_string())
    print(f"CPU {time.process_time() - start:.0f} s")
    save_table(Path(options.out) / "bench_verdicts.csv", samples)


if __name__ == "__main__":
    main()
