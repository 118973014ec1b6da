"""Every exercise of the course changes one line that the config holds, to one that is allowed."""

import re
from pathlib import Path

import pytest
import yaml

from pdflearn.study.study import Study

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")
CONFIG = (ROOT / "config" / "config.yaml").read_text(encoding="utf-8")
SECTIONS = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda text: text.splitlines()[0])
def test_exercise_changes_one_line_to_a_valid_config(section):
    (exercise,) = re.findall(r"```diff\n-(.*)\n\+(.*)\n```", section)
    before, after = exercise
    assert CONFIG.count(before + "\n") == 1
    changed = yaml.safe_load(CONFIG.replace(before + "\n", after + "\n"))
    assert changed != yaml.safe_load(CONFIG)
    Study(changed)
    assert "Runs again" in section


def test_files_that_the_course_names_exist():
    named = set(re.findall(r"`(workflow/[\w/.]+)`", TEXT))
    assert len(named) > 10
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
