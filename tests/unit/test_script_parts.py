"""The code hash follows imports, and nothing else."""

import pytest

from pdflearn import script_parts


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "pdflearn"
    folder.mkdir()
    for name, text in {
        "a": "from pdflearn import b\nimport numpy as np\n",
        "b": "def f():\n    from pdflearn.c import g\n    import yaml\n    return g, yaml\n",
        "c": "import os.path\ng = 1\n",
        "d": "import pandas\n",
    }.items():
        (folder / f"{name}.py").write_text(text)
    script = tmp_path / "script.py"
    script.write_text("from pdflearn import a\nfrom sklearn.svm import SVC\n")
    monkeypatch.setattr(script_parts, "PACKAGE", folder)
    return folder, script


def fresh(function, *arguments):
    script_parts._imports.cache_clear()
    script_parts.parts.cache_clear()
    script_parts.code_hash.cache_clear()
    return function(*arguments)


def test_imports_are_followed_also_inside_functions(package):
    folder, script = package
    files, packages = fresh(script_parts.parts, script)
    assert [file.stem for file in files] == ["a", "b", "c"]
    assert packages == {"numpy", "sklearn", "yaml"}
    assert folder / "d.py" not in files


def test_hash_changes_with_what_is_imported_only(package):
    folder, script = package
    before = fresh(script_parts.code_hash, script)
    (folder / "d.py").write_text("changed = True\n")
    assert fresh(script_parts.code_hash, script) == before
    (folder / "c.py").write_text("g = 2\n")
    assert fresh(script_parts.code_hash, script) != before


def test_public_names_and_relative_imports_are_refused(package):
    folder, script = package
    script.write_text("from pdflearn import read_pdf\n")
    with pytest.raises(ValueError, match="'pdflearn.read_pdf' is no module"):
        fresh(script_parts.code_hash, script)
    script.write_text("from . import a\n")
    with pytest.raises(ValueError, match="write the import in full"):
        fresh(script_parts.code_hash, script)
