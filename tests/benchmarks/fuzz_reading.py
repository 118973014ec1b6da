"""Mutate real files by the thousand: a structure or a reason, never a traceback or hang.

    python tests/benchmarks/fuzz_reading.py FOLDER [--measured] [--count 5000] [--seed 0]

FOLDER holds structure files of any kind, or with --measured files of measured PDFs. Every mutant is
read, and a structure is described and named by content, as the workflow does. Prints a tally and
the slowest; ends with an error where one mutant broke the
promise, and leaves that mutant in the current folder.
"""

import argparse
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "workflow"))

from pdflearn.measured.reader import PatternError, read_pdfs  # noqa: E402
from pdflearn.structures import reader  # noqa: E402
from pdflearn.structures.structure import StructureError, describe, identity  # noqa: E402

EXTREMES = (
    "nan", "inf", "-inf", "1e308", "-1e308", "1e-308", "0", "-1", "1e9", "999999999999", "?", ".",
    "", "(", "1/0", "'", '"', ";", "\\", "%s", "{}", "<b>", "../../etc", "\u00e9", "\0",
)  # fmt: skip
NUMBER = re.compile(r"(?<![\w.])-?\d+\.?\d*(?:\(\d+\))?(?![\w.])")


def mutate(text: str, chance: random.Random) -> str:
    """One to four changes such as editors, exporters and malice make."""
    for _ in range(chance.randint(1, 4)):
        lines = text.split("\n")
        i, j = chance.randrange(len(lines)), chance.randrange(len(lines))
        kind = chance.choices(range(9), weights=(4, 2, 2, 2, 1, 1, 1, 1, 1))[0]
        numbers = list(NUMBER.finditer(text)) if kind < 4 else []
        if kind < 3 and numbers:  # a number becomes another
            hit = chance.choice(numbers)
            new = f"{chance.uniform(-2, 20):.4f}" if kind == 0 else chance.choice(EXTREMES)
            text = text[: hit.start()] + new + text[hit.end() :]
        elif kind == 3 and numbers:  # a slip of the decimal point
            hit = chance.choice(numbers)
            text = text[: hit.start()] + hit[0].replace(".", "", 1) + text[hit.end() :]
        elif kind == 4:
            del lines[i]
            text = "\n".join(lines)
        elif kind == 5:
            lines[i], lines[j] = lines[j], lines[i]
            text = "\n".join(lines)
        elif kind == 6:
            lines[i:i] = lines[j : j + chance.randint(1, 50)]
            text = "\n".join(lines)
        elif kind == 7:
            text = text[: chance.randrange(len(text) + 1)]
        else:
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(EXTREMES) + text[at:]
    return text


def outcome(path: Path) -> str:
    """Read, describe and name; what came of it. Anything else that is raised is a fault of ours."""
    kinds = set()
    for _, found in reader.read_structures(path):
        if isinstance(found, StructureError):
            assert str(found), "an empty reason"
            assert "\n" not in str(found), "a reason of several lines"
            kinds.add("unforeseen reason" if "cannot be read (" in str(found) else "reason")
            continue
        try:
            describe(found)
        except StructureError:
            kinds.add("reason")
            continue
        identity(found)
        kinds.add("structure")
    assert kinds, "neither structure nor reason"
    return "structure" if "structure" in kinds else sorted(kinds)[0]


def measured_outcome(path: Path) -> str:
    """Read as a measured PDF; which function it was taken for, or that a reason was given."""
    kinds = set()
    for _, found in read_pdfs(path):
        assert str(found), "an empty reason"
        kinds.add("reason" if isinstance(found, PatternError) else f"taken as {found.quantity}")
    assert kinds, "neither pattern nor reason"
    return sorted(kinds)[-1]


def main() -> None:
    """Tally the mutants of a folder's files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--memory", type=float, default=4.0, help="GB that a mutant may ask for")
    parser.add_argument("--measured", action="store_true", help="files of measured PDFs")
    options = parser.parse_args()
    read = measured_outcome if options.measured else outcome
    limit = int(options.memory * 2**30)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    files = [path for path in sorted(options.folder.rglob("*")) if path.is_file()]
    tally: Counter[str] = Counter()
    slowest: list[tuple[float, str]] = []
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.count):
            source = files[number % len(files)]
            chance = random.Random(f"{options.seed} {number} {source.name}")
            text = mutate(source.read_bytes().decode("latin-1"), chance)
            path = Path(folder) / source.name
            path.write_bytes(text.encode("utf-8", errors="replace"))
            began = time.perf_counter()
            try:
                tally[read(path)] += 1
            except BaseException:
                kept = Path(f"mutant_{options.seed}_{number}_{source.name}")
                kept.write_bytes(path.read_bytes())
                print(f"{kept} breaks the promise", file=sys.stderr)
                raise
            slowest.append((time.perf_counter() - began, f"{source.name} {number}"))
    print(f"{options.count} mutants of {len(files)} files, {time.perf_counter() - start:.0f} s")
    for kind, n in sorted(tally.items()):
        print(f"  {kind:18} {n}")
    for seconds, name in sorted(slowest)[-3:]:
        print(f"  slowest            {seconds:.2f} s  {name}")


if __name__ == "__main__":
    main()
