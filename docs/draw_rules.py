"""Draw docs/rulegraph.svg: the rules, and which of them needs results of which.

    python docs/draw_rules.py           # compare with the file; exit status 1 where they differ
    python docs/draw_rules.py --write   # draw it anew; needs Graphviz (the program dot)

Snakemake gives the graph of the default study's rules. An arrow that others in a row imply is left
out, else all would lead to the record of the run. The comparison reads the arrows from the picture,
so it needs no Graphviz and does not depend on its version.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "rulegraph.svg"
Arrows = set[tuple[str, str]]
# Okabe and Ito's colours, which colour-blind readers can tell apart, by the file of the rule.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999")


def rules_by_stage() -> dict[str, str]:
    """The stage of each rule: the name of its file in workflow/rules."""
    return {
        rule: path.stem
        for path in sorted((ROOT / "workflow" / "rules").glob("*.smk"))
        for rule in re.findall(r"(?m)^rule (\w+):", path.read_text(encoding="utf-8"))
    }


def parse_dot(text: str) -> Arrows:
    """The arrows of a graph in dot's language, by the labels of its nodes."""
    labels = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)', text, re.M))
    return {(labels[a], labels[b]) for a, b in re.findall(r"^\s*(\d+) -> (\d+)", text, re.M)}


def without_implied(arrows: Arrows) -> Arrows:
    """The arrows that no row of others stands for (the transitive reduction).

    Examples
    --------
    >>> sorted(without_implied({("a", "b"), ("b", "c"), ("a", "c")}))
    [('a', 'b'), ('b', 'c')]
    """
    after: dict[str, set[str]] = {}
    for start, end in arrows:
        after.setdefault(start, set()).add(end)
    reached: dict[str, set[str]] = {}

    def reach(node: str) -> set[str]:
        if node not in reached:
            ends = after.get(node, set())
            reached[node] = ends.union(*(reach(end) for end in ends))
        return reached[node]

    return {
        (start, end)
        for start, end in arrows
        if not any(end in reach(other) for other in after[start] - {end})
    }


def arrows_of_workflow() -> Arrows:
    """The arrows of the default study's rules, from Snakemake."""
    call = [sys.executable, "-m", "snakemake", "--rulegraph", "--forceall", "--quiet"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return without_implied(parse_dot(done.stdout))


def arrows_of_picture() -> Arrows:
    """The arrows that the picture shows."""
    text = PICTURE.read_text(encoding="utf-8") if PICTURE.exists() else ""
    return set(re.findall(r"<title>(\w+)&#45;&gt;(\w+)</title>", text))


def dot(arrows: Arrows) -> str:
    """A graph in dot's language."""
    stages = rules_by_stage()
    names = list(dict.fromkeys(stages.values()))
    lines = []
    for rule in sorted({rule for arrow in arrows for rule in arrow}):
        stage = stages.get(rule, "")
        colour = COLOURS[names.index(stage) % len(COLOURS)] if stage else "#000000"
        lines.append(
            f'{rule} [label="{rule.replace("_", " ")}", color="{colour}", tooltip="{stage}"];'
        )
    lines += [f"{start} -> {end};" for start, end in sorted(arrows)]
    return "\n".join(
        [
            "digraph rules {",
            "rankdir=LR; ranksep=0.35; nodesep=0.12;",
            'node [shape=box, style=rounded, penwidth=2, fontname="DejaVu Sans, sans-serif", '
            "fontsize=12, height=0.3];",
            'edge [color="#666666", arrowsize=0.6];',
            *lines,
            "}\n",
        ]
    )


def main(write: bool) -> int:
    """Write or compare the picture; the exit status."""
    arrows = arrows_of_workflow()
    if write:
        program = shutil.which("dot")
        if program is None:
            print("docs/rulegraph.svg: there is no program dot; install Graphviz")
            return 1
        done = subprocess.run(  # noqa: S603
            [program, "-Tsvg"], input=dot(arrows), capture_output=True, text=True, check=True
        )
        # Graphviz writes its version and the time of its build, which say nothing of the rules.
        PICTURE.write_text(re.sub(r"<!--(.|\n)*?-->\n?", "", done.stdout), encoding="utf-8")
        return 0
    shown = arrows_of_picture()
    if shown == arrows:
        return 0
    for name, pairs in (("missing", arrows - shown), ("no longer true", shown - arrows)):
        for start, end in sorted(pairs):
            print(f"docs/rulegraph.svg: {start} -> {end} is {name}")
    print("make docs/rulegraph.svg")
    return 1


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv[1:]))
