"""All errors about what a user gave share one base class."""

import ast
from pathlib import Path

from pdflearn.core.errors import PdflearnError

PACKAGE = Path(__file__).resolve().parents[3] / "workflow" / "pdflearn"


def test_every_error_of_the_project_is_one():
    others = {"TimestampError"}  # runs by its path, with the standard library alone
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                known = node.name in {"PdflearnError", *others}
                assert known or any(b.endswith("Error") and b != "ValueError" for b in bases), path


def test_it_is_a_value_error():
    assert issubclass(PdflearnError, ValueError)
