"""The code hash follows imports, and nothing else."""

import ast
import sys

import pytest

from pdflearn.core import codehash


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "pdflearn"
    for name, text in {
        "__init__": "__version__ = '1'\n",
        "near/__init__": "",
        "near/a": "from pdflearn.near import b\nimport numpy as np\n",
        "near/b": "def f():\n    from pdflearn.far.c import g\n    import yaml\n    return g\n",
        "far/__init__": "",
        "far/c": "import os.path\ng = 1\n",
        "far/d": "import pandas\n",
    }.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    script = tmp_path / "script.py"
    script.write_text("from pdflearn.near import a\nfrom sklearn.svm import SVC\n")
    monkeypatch.setattr(codehash, "PACKAGE", folder)
    return folder, script


def fresh(function, *arguments):
    for cached in ("_is_package", "_files_of", "_read", "dependencies", "code_hash"):
        getattr(codehash, cached).cache_clear()
    return function(*arguments)


def test_imports_are_followed_also_inside_functions(package):
    folder, script = package
    files, packages = fresh(codehash.dependencies, script)
    names = [file.relative_to(folder).with_suffix("").as_posix() for file in files]
    assert names == ["far/__init__", "far/c", "near/__init__", "near/a", "near/b"]
    assert packages == {"numpy", "sklearn", "yaml"}
    assert folder / "far" / "d.py" not in files


def test_classes_named_by_their_paths_are_followed_where_a_module_says_so(package):
    folder, script = package
    names = ["pdflearn.near.a.Model", "xgboost.Tree", "not a path.Class"]
    (folder / "far" / "list.py").write_text(f"ALL = {names}\n")
    (folder / "near" / "build.py").write_text("DYNAMIC_IMPORTS = 'pdflearn.far.list'\n")
    script.write_text("from pdflearn.near import build\n")
    files, packages = fresh(codehash.dependencies, script)
    assert {folder / "near" / "a.py", folder / "far" / "c.py"} <= set(files)
    assert packages == {"numpy", "xgboost", "yaml"}
    script.write_text("from pdflearn.far import list\n")  # names alone import nothing
    files, packages = fresh(codehash.dependencies, script)
    assert folder / "near" / "a.py" not in files
    assert not packages


def test_hash_changes_with_what_is_imported_only(package):
    folder, script = package
    before = fresh(codehash.code_hash, script)
    (folder / "far" / "d.py").write_text("changed = True\n")
    assert fresh(codehash.code_hash, script) == before
    (folder / "far" / "c.py").write_text("g = 2\n")
    edited = fresh(codehash.code_hash, script)
    assert edited != before
    (folder / "far" / "__init__.py").write_text("h = 1\n")
    assert fresh(codehash.code_hash, script) != edited


def test_hash_tells_modules_of_one_name_apart(package):
    folder, script = package
    before = fresh(codehash.code_hash, script)
    (folder / "far" / "c.py").rename(folder / "near" / "c.py")
    (folder / "near" / "b.py").write_text(
        (folder / "near" / "b.py").read_text().replace("pdflearn.far.c", "pdflearn.near.c")
    )
    assert fresh(codehash.code_hash, script) != before


def test_the_project_itself_counts_only_where_it_is_imported_by_name(package):
    folder, script = package
    script.write_text("import pdflearn\n")
    files, _ = fresh(codehash.dependencies, script)
    assert files == (folder / "__init__.py",)


def test_public_names_and_relative_imports_are_refused(package):
    folder, script = package
    script.write_text("from pdflearn import read_pdf\n")
    with pytest.raises(ValueError, match="'pdflearn.read_pdf' is no module"):
        fresh(codehash.code_hash, script)
    script.write_text("from . import a\n")
    with pytest.raises(ValueError, match="write the import in full"):
        fresh(codehash.code_hash, script)


def test_imports_spread_over_lines_and_words_that_look_like_imports(package):
    folder, script = package
    script.write_text(
        '"""Words.\n\nimport nothing\n"""\n'
        "from pdflearn.near import (  # both\n    a as first,\n    b,\n)\n"
        "import numpy.linalg as la, yaml  # two\n"
        "if la:\n    import pdflearn.far.c as c\n"
    )
    files, packages = fresh(codehash.dependencies, script)
    assert {folder / "near" / "a.py", folder / "near" / "b.py", folder / "far" / "c.py"} < {*files}
    assert packages == {"numpy", "yaml"}


def top_level_names(tree):
    """The first part of each name that a syntax tree imports, and the project's in full."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name if name.startswith("pdflearn") else name.split(".")[0] for name in found}


def test_what_is_found_in_the_text_is_what_stands_in_the_syntax_tree():
    workflow = codehash.PACKAGE.parent
    files = [*codehash.PACKAGE.rglob("*.py"), *(workflow / "scripts").glob("*.py")]
    assert len(files) > 150
    for file in files:
        names = top_level_names(ast.parse(file.read_text()))
        own, outside = set(), set()
        for name in names:
            parts = name.split(".")
            if name == "pdflearn":
                continue  # its __init__.py; see above
            if parts[0] != "pdflearn":
                outside |= {parts[0]} - set(sys.stdlib_module_names)
                continue
            module = workflow.joinpath(*parts).with_suffix(".py")
            # The last part is a module, or a name within one.
            own.add(module if module.exists() else module.parent.with_suffix(".py"))
        source = codehash._read(file)
        assert own <= source.modules, file
        extra = {path for path in source.modules - own if path.name != "__init__.py"}
        assert not extra or "DYNAMIC_IMPORTS" in file.read_text(), file
        assert outside <= source.packages, file
        assert outside == source.packages or "DYNAMIC_IMPORTS" in file.read_text(), file
