"""What every rule says of itself, and the picture of the rules."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A rule that computes something says all of this.
EXPECTED = {
    "output", "log", "benchmark", "conda", "threads", "resources", "params", "message", "script",
}  # fmt: skip


def rules() -> dict[str, set[str]]:
    """The keywords of each rule."""
    blocks = {}
    for path in [ROOT / "Snakefile", *sorted((ROOT / "workflow" / "rules").glob("*.smk"))]:
        text = path.read_text(encoding="utf-8")
        for name, body in re.findall(r"(?m)^rule (\w+):\n((?:(?:    .*)?\n)+)", text):
            blocks[name] = set(re.findall(r"(?m)^    (\w+):", body))
    return blocks


def test_every_rule_has_a_message_a_log_a_benchmark_an_environment_threads_and_resources():
    blocks = {name: words for name, words in rules().items() if "output" in words}
    assert len(blocks) > 40
    assert {name: EXPECTED - words for name, words in blocks.items() if EXPECTED - words} == {}


def test_rules_without_results_are_targets_alone():
    targets = {name: words for name, words in rules().items() if "output" not in words}
    assert set(targets) == {"all", "snooping", "minerals"}
    assert set().union(*targets.values()) <= {"localrule", "input"}


def test_the_picture_shows_the_rules():
    call = [sys.executable, ROOT / "docs" / "draw_rules.py"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
