"""The modules and packages that a script imports, and one hash over all of that code.

Snakemake notices neither an edit of an imported module nor tells a touched script from an edited
one. So every rule carries, as a parameter, the hash of its script and of the project modules that
the script reaches by following `import` statements: an edit re-runs exactly the rules that use it.

A module that imports classes by their dotted paths says where these stand, in a constant
`DYNAMIC_IMPORTS = "pdflearn.package.module"`: every string of that module that is a path to a class
counts as an import.
"""

import ast
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]

# "package.module.Class"
CLASS_PATH = re.compile(r"([a-z_]\w*(?:\.\w+)*)\.[A-Z]\w*")


def _statements(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All statements below some, without their expressions: those hold no import."""
    for node in nodes:
        yield node
        for block in ("body", "handlers", "orelse", "finalbody", "cases"):
            yield from _statements(getattr(node, block, ()))


def _location(name: str) -> Path:
    """Where a module or package of the project would lie, without ending."""
    return PACKAGE.joinpath(*name.split(".")[1:])


def _is_package(name: str) -> bool:
    """Whether a name is the project's package or one of its subpackages."""
    return name.split(".")[0] == PACKAGE.name and (_location(name) / "__init__.py").exists()


def _files_of(name: str, importer: Path) -> set[Path]:
    """The files that an import of the project runs: the module, and each subpackage's __init__.py.

    The __init__.py of the project itself counts only where it is imported by its own name: it holds
    the version and the public names, which no rule depends on.
    """
    if name == PACKAGE.name:
        return {PACKAGE / "__init__.py"}
    module = _location(name).with_suffix(".py")
    if not module.exists():
        raise ValueError(f"{importer}: {name!r} is no module of {PACKAGE.name}")
    folders = [folder for folder in module.parents if PACKAGE in folder.parents]
    return {module, *(folder / "__init__.py" for folder in folders)}


def _class_modules(module: Path) -> list[str]:
    """The modules of the classes whose dotted paths stand as strings in a module."""
    strings = (
        node.value
        for node in ast.walk(ast.parse(module.read_bytes(), str(module)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return sorted({match[1] for text in strings if (match := CLASS_PATH.fullmatch(text))})


@cache
def _imports(path: Path) -> tuple[frozenset[Path], frozenset[str]]:
    """Project modules and top-level outside packages that one file names, wherever it does so."""
    modules, packages = set(), set()
    for node in _statements(ast.parse(path.read_bytes(), str(path)).body):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
            if _is_package(names[0]):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "DYNAMIC_IMPORTS"
        ):
            names = _class_modules(_location(ast.literal_eval(node.value)).with_suffix(".py"))
        elif isinstance(node, ast.ImportFrom):
            raise ValueError(f"{path}:{node.lineno}: write the import in full (pdflearn.module)")
        else:
            continue
        for name in names:
            if name.split(".")[0] == PACKAGE.name:
                modules.update(_files_of(name, path))
            else:
                packages.add(name.split(".")[0])
    return frozenset(modules), frozenset(packages - set(sys.stdlib_module_names))


@cache
def dependencies(script: Path) -> tuple[tuple[Path, ...], frozenset[str]]:
    """All project modules that a script reaches, and the packages that it and they import.

    Parameters
    ----------
    script : Path
        A Python file of the workflow.

    Returns
    -------
    files : tuple of Path, sorted; the script itself is not among them
    packages : frozenset of str
        Top-level names of packages outside the project and the standard library.
    """
    seen: set[Path] = set()
    packages: set[str] = set()
    queue = [Path(script)]
    while queue:
        modules, outside = _imports(queue.pop())
        packages |= outside
        queue.extend(modules - seen)
        seen |= modules
    return tuple(sorted(seen)), frozenset(packages)


@cache
def code_hash(script: Path) -> str:
    """SHA-256 (16 hex digits) over a script and the project modules that it reaches."""
    files, _ = dependencies(script)
    digest = hashlib.sha256(Path(script).read_bytes())
    for file in files:
        name = file.relative_to(PACKAGE).as_posix()
        digest.update(name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
