"""How often glasses, liquids and molecules pass for crystals, and what kind of none they are told.

    python tests/benchmarks/bench_none.py --out results/bench [--seed test] [--each N] [--single N]

Needs a study that has run. Each model of disordered_models.py is drawn `--each` times: seven models
of six curves are 42. The seed "dev" was looked at while the limits of
`pdflearn.identification.coherence` and `kinds` were set; any other tests them. Then come `--single`
patterns of single phases that PDFfit2 computes (verdict_files.py), for false refusals, each of
which is identified once more without its type and that type's relatives, for false acceptance.

Prints every curve's answer, then the counts: verdicts, kinds that are right, refusals of what is a
crystal of the library, acceptances of what is not in it.
"""

import argparse
import tempfile
import time
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
from diffpy.pdffit2 import redirect_stdout
from disordered_models import MODELS
from threadpoolctl import threadpool_limits
from verdict_files import disturb, make_files, text_of

from pdflearn.core.io import save_table
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.messages import ACCEPTED, AMORPHOUS, MOLECULAR, NONE
from pdflearn.identification.results import answer_sample
from pdflearn.identification.verdict import Answer
from pdflearn.models.probabilities import type_probabilities
from pdflearn.study.identify import TrainedStudy, load_study
from pdflearn.study.measured_files import read_files

DIALECTS = ("plain", "pdfgetx3", "pdfgetx2")
COLUMNS = ["name", "what", "verdict", "kind", "structure_type", "rw", "right"]


def disordered_files(folder: Path, seed: str, each: int) -> list[tuple[str, str, str]]:
    """Write the files of all models: file, name, and the kind that is right."""
    rows = []
    for name, model in MODELS.items():
        for number in range(each):
            random = np.random.default_rng(zlib.crc32(f"{name}|{seed}|{number}".encode()))
            r, g, q_max = model(random)
            g = disturb(r, g, q_max, random, random.uniform(0.01, 0.05))
            step, start = random.choice([0.01, 0.02, 0.05]), random.choice([0.01, 0.5, 1.0])
            grid = np.arange(start, random.choice([20.0, 30.0]) - 0.02, step)
            text, ending = text_of(
                str(random.choice(DIALECTS)), grid, np.interp(grid, r, g), "xray", q_max
            )
            file = folder / f"none{len(rows):03d}.{ending}"
            file.write_text(text, encoding="utf-8")
            kind = MOLECULAR if name == "molecular liquid" else AMORPHOUS
            rows.append((str(file), f"{name} {number}", kind))
    return rows


def identify_file(file: str, study: TrainedStudy, without: str = "") -> Answer | str:
    """The answer about a file, with a type and its relatives left out of what is known."""
    batch, rejected = read_files([file], study.grid)
    if not batch.samples:
        return rejected[0]["reason"]
    classes = type_probabilities(batch.patterns_array(study.grid.points), study.model).iloc[0]
    catalogue = study.catalogue
    if without:
        catalogue, kept = _without(catalogue, without)
        classes = classes[[name for name in classes.index if name in kept]]
        classes = classes / max(float(classes.sum()), 1e-9)
    return answer_sample(batch.samples[0], classes.to_dict(), catalogue)


def _without(catalogue: Catalogue, structure_type: str) -> tuple[Catalogue, set[str]]:
    """A catalogue without the types of one parent type, and the types that it keeps."""
    root = catalogue.parent_type(structure_type)
    types = catalogue.structures["structure_type"]
    kept = {name for name in types if name and catalogue.parent_type(name) != root}
    return catalogue.limited_to(list(types.index[types.isin(kept)])), kept


def describe(name: str, what: str, answer: Answer) -> dict[str, object]:
    """A row of the table; printed as well, with a star where it is wrong."""
    first = answer.ranked[0] if answer.ranked else None
    row = {
        "name": name,
        "what": what,
        "verdict": answer.verdict,
        "kind": answer.kind,
        "structure_type": first.structure_type if first else "",
        "rw": round(first.fit.rw, 4) if first else np.nan,
    }
    print(f"{name:34}{what:20}{row['verdict']:16}{row['kind']:22}{row['structure_type']:22}"
          f"{row['rw']:.3f}/{answer.rw_limit:.2f}", flush=True)  # fmt: skip
    return row


def print_counts(table: pd.DataFrame) -> None:
    """Print what the bars ask for."""
    none = table[table["what"].isin([AMORPHOUS, MOLECULAR])]
    single = table[table["what"] == "single phase"]
    left_out = table[table["what"] == "type left out"]
    accepted = single["verdict"] == ACCEPTED
    wrong = accepted & ~single["right"].astype(bool)
    counts = {
        "glasses, liquids and molecules": len(none),
        **{f"  {verdict}": n for verdict, n in none["verdict"].value_counts().items()},
        "  of the right kind": none["right"].sum(),
        "single phases": len(single),
        "  named rightly": single["right"].sum(),
        "  accepted": accepted.sum(),
        "  accepted wrongly": wrong.sum(),
        "  refused": (single["verdict"] == NONE).sum(),
        # Among them are types that hold the same atoms and one more that hardly scatters.
        "their types left out, and accepted": (~left_out["right"].astype(bool)).sum(),
    }
    for name, n in counts.items():
        print(f"{name:40}{int(n):4d}")


def main() -> None:
    """Make the files, identify them, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="results/bench")
    parser.add_argument("--results", default="results", help="the study's folder")
    parser.add_argument("--seed", default="test", help="the draw of the disordered models")
    parser.add_argument("--each", type=int, default=6, help="curves of each disordered model")
    parser.add_argument("--single", type=int, default=20, help="patterns of single phases")
    parser.add_argument("--variant", type=int, default=21, help="the draw of the single phases")
    options = parser.parse_args()
    start, rows = time.process_time(), []
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        folder = Path(name)
        redirect_stdout(open("/dev/null", "w"))  # noqa: SIM115  (PDFfit2's messages)
        study = load_study(options.results)
        for file, shown, kind in disordered_files(folder, options.seed, options.each):
            answer = identify_file(file, study)
            if isinstance(answer, str):
                print(f"{shown:34}not read: {answer}")
                continue
            row = describe(shown, kind, answer)
            rows.append(row | {"right": answer.kind == kind})
        singles = make_files(folder, options.variant)
        singles = singles[(singles["label"] != "none") & (singles["both"] == singles["label"])]
        every = max(1, len(singles) // max(options.single, 1))
        for item in singles.iloc[::every].head(options.single).itertuples():
            for what, without in (("single phase", ""), ("type left out", item.label)):
                answer = identify_file(item.file, study, without)
                if isinstance(answer, str):
                    continue
                row = describe(item.name, what, answer)
                root = study.catalogue.parent_type(item.label)
                named = study.catalogue.parent_type(row["structure_type"]) == root
                right = answer.verdict != ACCEPTED if without else named
                rows.append(row | {"right": right})
    table = pd.DataFrame(rows, columns=COLUMNS)
    print_counts(table)
    print(f"CPU {time.process_time() - start:.0f} s")
    save_table(Path(options.out) / "bench_none.csv", table)


if __name__ == "__main__":
    main()
