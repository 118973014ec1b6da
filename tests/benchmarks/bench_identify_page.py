"""Does the page that identifies in a browser say what the package says? And how fast is it?

    python tests/benchmarks/bench_identify_page.py [--results results] [--measured PATH] [--n 1000]

Needs a study that has run and Chromium. The page is opened from its file with the network off. Of
n patterns of the vault, drawn evenly, and of all measured files in a folder or archive it compares
with the package: the probabilities of classes, the first answer where it is sure by 0.02, the
similarity of the shown look-alikes, which structure is closest, and what the reader says. Prints
the largest differences, and the seconds of an answer from the bytes to the drawing, decoding aside:
processor time, which a busy machine does not lengthen much.
"""

import argparse
import base64
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import CDPSession, Page, sync_playwright
from threadpoolctl import threadpool_limits

from pdflearn.identification.search import STRETCH_WEIGHT, similarities
from pdflearn.measured.observation import Observation, ObservationError, observe
from pdflearn.measured.reader import Pattern, PatternError, read_pdfs
from pdflearn.measured.resample import resample
from pdflearn.study.identify import TrainedStudy, load_study

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DECODE = """() => ["xray", "neutron"].map((name) => references(pageData(), name).length)"""
# Probabilities of patterns that stand on the study's grid already, and look-alikes of some.
ON_GRID = """([curves, radiation]) => {
  const data = pageData();
  return curves.map((g) => {
    const pattern = { r: data.grid, g: Float64Array.from(g), header: {}, warnings: [] };
    const said = radiation ? answer(data, pattern, radiation) : null;
    return [[...classProbabilities(data.model, Float64Array.from(g))],
      said && bestOfTypes(data, said.matches).map(({ row, similarity }) => [row, similarity])];
  });
}"""
OF_FILE = """async ([name, base64]) => {
  const data = pageData(), bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const results = [];
  for (const { name: member, pattern, reason } of await readFiles(name, bytes)) {
    if (!pattern) { results.push({ name: member, reason }); continue; }
    const { card, said } = answerCard(member, pattern);
    document.getElementById("answers").replaceChildren(card);
    const onGrid = resample(pattern.r, pattern.g, data.grid).map(Math.fround);
    results.push({ name: member, warnings: said.notes, radiation: said.radiation,
      classes: [...classProbabilities(data.model, onGrid)],
      matches: bestOfTypes(data, said.matches).map(({ row, similarity }) => [row, similarity]) });
  }
  return results;
}"""


class Differences:
    """The largest differences so far."""

    def __init__(self, study: TrainedStudy) -> None:
        self.study = study
        types = study.catalogue.of_references["structure_type"].fillna("")
        self.rows = np.flatnonzero(types != "")  # the page leaves out what has no type
        self.probability = self.similarity = self.closest = 0.0
        self.patterns = self.sure = self.ranked_else = self.look_alikes = 0

    def compare_classes(self, said: list[float], expected: np.ndarray) -> None:
        """Probabilities of one pattern."""
        self.patterns += 1
        self.probability = max(self.probability, float(np.abs(said - expected).max()))
        best, second = np.sort(expected)[::-1][:2]
        if best - second > 0.02:
            self.sure += 1
            self.ranked_else += int(np.argmax(said) != np.argmax(expected))

    def compare_matches(self, said: list, observation: Observation, radiation: str) -> None:
        """The look-alikes that are shown of one curve, and whether the first is as good."""
        catalogue = self.study.catalogue
        clusters = catalogue.clusters_of_references
        found, stretch = similarities(observation, catalogue.references.curves[radiation], clusters)
        merit = found - STRETCH_WEIGHT * np.where(clusters, 0.0, np.abs(np.log(stretch)))
        merit = merit[self.rows]
        for row, similarity in said:
            self.look_alikes += 1
            self.similarity = max(self.similarity, abs(similarity - float(found[self.rows[row]])))
        self.closest = max(self.closest, float(merit.max() - merit[said[0][0]]))


def compare_vault(page: Page, folder: Path, n: int, n_similar: int, all_of: Differences) -> None:
    """Patterns of the vault, drawn evenly: n for probabilities, fewer of these for look-alikes."""
    patterns = np.load(folder / "dataset" / "vault" / "patterns.npy", mmap_mode="r")
    rows = np.linspace(0, len(patterns) - 1, n).astype(int)
    chosen = np.array(patterns[rows])
    expected = all_of.study.model.predict_proba(chosen)
    every = max(n // max(n_similar, 1), 1)
    r = all_of.study.grid.r
    for start in range(0, n, 50):
        block = chosen[start : start + 50]
        for said, right in zip(
            page.evaluate(ON_GRID, [block.astype(float).tolist(), ""]),
            expected[start:],
            strict=False,
        ):
            all_of.compare_classes(said[0], right)
    for pattern in chosen[::every][:n_similar]:
        (said,) = page.evaluate(ON_GRID, [[pattern.astype(float).tolist()], "xray"])
        observation = observe(Pattern(r, pattern.astype(float)), {}, "xray")
        all_of.compare_matches(said[1], observation, "xray")


def processor_time(session: CDPSession) -> float:
    """Seconds that the page's thread has worked."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def compare_file(
    page: Page, session: CDPSession, path: Path, all_of: Differences
) -> tuple[float, int]:
    """One measured file: the seconds that the page took, and how often it read otherwise."""
    data = base64.b64encode(path.read_bytes()).decode()
    before = processor_time(session)
    answered = page.evaluate(OF_FILE, [path.name, data])
    seconds = processor_time(session) - before
    otherwise = 0
    for said, (name, pattern) in zip(answered, read_pdfs(path), strict=True):
        if isinstance(pattern, PatternError):
            otherwise += said["name"] != name or said.get("reason") != pattern.reason
            continue
        on_grid = resample(pattern.r, pattern.g, all_of.study.grid.r).astype(np.float32)
        all_of.compare_classes(said["classes"], all_of.study.model.predict_proba(on_grid[None])[0])
        notes: list[str] = []
        try:
            observation = observe(pattern, {}, said["radiation"])
            notes = list(observation.notes)
            all_of.compare_matches(said["matches"], observation, said["radiation"])
        except ObservationError:
            otherwise += bool(said["matches"])
        otherwise += said["warnings"] != [*pattern.warnings, *notes]
    return seconds / max(len(answered), 1), otherwise


def main(arguments: Any) -> None:
    """Compare, and print."""
    results = Path(arguments.results)
    study = load_study(results)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=chromium, args=ARGUMENTS, offline=True
        )
        page = context.new_page()
        page.goto(Path(arguments.page or results / "identify.html").resolve().as_uri())
        session = context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = processor_time(session)
        page.evaluate(DECODE)
        decoding = processor_time(session) - before
        vault, files = Differences(study), Differences(study)
        compare_vault(page, results, arguments.n, arguments.similar, vault)
        times, otherwise = [], 0
        measured = Path(arguments.measured or results / "measured" / "public.zip")
        paths = measured.rglob("*") if measured.is_dir() else [measured]
        for path in sorted(path for path in paths if path.is_file()):
            seconds, differs = compare_file(page, session, path, files)
            times.append(seconds)
            otherwise += differs
        context.close()
    for name, found in (("vault", vault), ("measured files", files)):
        print(
            f"{name}: {found.patterns} patterns; probability differs by {found.probability:.5f} at "
            f"most; first answer another in {found.ranked_else} of {found.sure} that are sure; "
            f"{found.look_alikes} look-alikes, similarity differs by {found.similarity:.4f} at "
            f"most; the closest structure is worse by {found.closest:.4f} at most"
        )
    print(f"{otherwise} files read or warned of otherwise")
    print(
        f"processor seconds: {decoding:.2f} to decode the page once; of a file, median "
        f"{np.median(times):.2f}, longest {max(times):.2f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", default="results")
    parser.add_argument("--page", default="")
    parser.add_argument("--measured", default="")
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--similar", type=int, default=100)
    with threadpool_limits(1):
        main(parser.parse_args())
