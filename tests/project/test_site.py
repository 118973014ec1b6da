"""The site of the documents: links lead to pages, and every public name is described."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pdflearn

ROOT = Path(__file__).parents[2]
pytest.importorskip("sphinx")
pytest.importorskip("jupytext")


@pytest.fixture(scope="module")
def build():
    sys.path.insert(0, str(ROOT / "docs" / "site"))
    import build

    sys.path.pop(0)
    return build


def test_every_public_name_is_described():
    text = (ROOT / "docs" / "site" / "api.md").read_text(encoding="utf-8")
    assert [name for name in pdflearn.__all__ if f":: pdflearn.{name}\n" not in text] == []


def test_every_page_is_in_the_contents(build):
    text = (build.SITE / "index.md").read_text(encoding="utf-8")
    pages = [name.removesuffix(".md") for name in build.documents()]
    lessons = [name for name in pages if name.startswith("docs/course/") and name[12].isdigit()]
    assert len(lessons) == 15
    assert [
        name
        for name in pages
        if name not in lessons and not re.search(rf"(?m)^(.*<)?{name}>?$", text)
    ] == []


def test_links_between_documents_lead_to_pages(build):
    pages = {"README.md": "", "docs/a.md": "", "docs/course/05_linear_regression.md": ""}
    text = "See `docs/a.md`, [5](course/05_linear_regression.py), [out](https://a.b), [x](course)."
    page, files = build.linked("docs/b.md", text, pages)
    assert page == (
        "See [`docs/a.md`](a.md), [5](course/05_linear_regression.md), [out](https://a.b), x."
    )
    assert files == set()


def test_a_link_that_leads_nowhere_fails_the_build(build, tmp_path):
    (tmp_path / "index.md").write_text("# Page\n\n[gone](gone.md) and [part](#no-such-part)\n")
    (tmp_path / "conf.py").write_text((build.SITE / "conf.py").read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "sphinx", *build.OPTIONS, str(tmp_path), str(tmp_path / "out")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow")}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 1, result.stderr
    assert "gone.md" in result.stderr
    assert "no-such-part" in result.stderr
