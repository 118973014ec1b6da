"""docs/architecture.md speaks of what is there, and its picture shows today's imports."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "workflow" / "pdflearn"
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_picture_shows_the_imports():
    call = [sys.executable, ROOT / "docs" / "draw_packages.py"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_package_has_its_line():
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages == set(re.findall(r"(?m)^\| `(\w+)` \| ", TEXT))


def test_every_path_exists():
    paths = re.findall(r"`((?:[\w.]+/)+[\w.]*)`", TEXT)
    roots = (ROOT, PACKAGE)
    missing = [path for path in paths if not any((root / path).exists() for root in roots)]
    assert len(paths) > 30
    assert set(missing) <= {"results/"}


def test_every_rule_of_the_two_ways_exists():
    rules = {
        name
        for path in (ROOT / "workflow" / "rules").glob("*.smk")
        for name in re.findall(r"(?m)^rule (\w+):", path.read_text())
    }
    blocks = re.findall(r"```\n(.*?)```", TEXT, re.DOTALL)
    names = set(
        re.findall(
            r"\b[a-z]+_[a-z_]+\b|\b(?:simulate|split|assemble|evaluate|report)\b", "".join(blocks)
        )
    )
    assert names - rules == set()
