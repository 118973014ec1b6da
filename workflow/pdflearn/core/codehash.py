"""The modules and packages that a script imports, and one hash over all of that code.

Snakemake notices neither an edit of an imported module nor tells a touched script from an edited
one. So every rule carries, as a parameter, the hash of its script and of the project modules that
the script reaches by following `import` statements: an edit re-runs exactly the rules that use it.

A module that imports classes by their dotted paths says where these stand, in a constant
`DYNAMIC_IMPORTS = "pdflearn.package.module"`: every string of that module that is a path to a class
counts as an import.

Snakemake asks for the hashes of all rules each time it starts. So imports are found in the text,
not in a syntax tree, which takes tens of times as long; a test compares the two.
"""

import ast
import hashlib
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]

# "package.module.Class"
CLASS_PATH = re.compile(r"([a-z_]\w*(?:\.\w+)*)\.[A-Z]\w*")
# An import with the names of what it imports, which brackets may spread over lines; or the constant
# with a module's name.
_IMPORT = re.compile(
    r"^[ \t]*+(?:"
    r"from[ \t]+(?P<source>[.\w]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n]*)|"
    r"import[ \t]+(?P<modules>[^\n]*)|"
    r"DYNAMIC_IMPORTS[ \t]*=[ \t]*[\"'](?P<dynamic>[.\w]+)[\"'])",
    re.MULTILINE,
)
_COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True)
class _Source:
    """What one file imports, wherever it does so, and the hash of its content.

    Attributes
    ----------
    modules : frozenset of Path
        Files of the project.
    packages : frozenset of str
        Top-level names outside the project and the standard library.
    digest : bytes
    """

    modules: frozenset[Path]
    packages: frozenset[str]
    digest: bytes


def _location(name: str) -> Path:
    """Where a module or package of the project would lie, without ending."""
    return PACKAGE.joinpath(*name.split(".")[1:])


@cache
def _is_package(name: str) -> bool:
    """Whether a name is the project's package or one of its subpackages."""
    return name.split(".")[0] == PACKAGE.name and (_location(name) / "__init__.py").exists()


@cache
def _files_of(name: str) -> frozenset[Path]:
    """The files that an import of the project runs: the module, and each subpackage's __init__.py.

    Empty where the project has no module of that name.

    The __init__.py of the project itself counts only where it is imported by its own name: it holds
    the version and the public names, which no rule depends on.
    """
    if name == PACKAGE.name:
        return frozenset({PACKAGE / "__init__.py"})
    module = _location(name).with_suffix(".py")
    if not module.exists():
        return frozenset()
    parts = name.split(".")[1:-1]
    folders = (PACKAGE.joinpath(*parts[: n + 1]) for n in range(len(parts)))
    return frozenset({module, *(folder / "__init__.py" for folder in folders)})


def _class_modules(module: Path) -> list[str]:
    """The modules of the classes whose dotted paths stand as strings in a module."""
    strings = (
        node.value
        for node in ast.walk(ast.parse(module.read_bytes(), str(module)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return sorted({match[1] for text in strings if (match := CLASS_PATH.fullmatch(text))})


def _names(listed: str) -> list[str]:
    """The names in a list of imports, without those that they are given in the module."""
    names = _COMMENT.sub("", listed).strip("()\\ \n").split(",")
    return [name.split()[0] for name in names if name.strip()]


@cache
def _read(path: Path) -> _Source:
    content = path.read_bytes()
    # Text between triple quotes, every second piece, may look like an import.
    text = '""'.join(content.decode().split('"""')[::2])
    modules: set[Path] = set()
    packages = set()
    for found in _IMPORT.finditer(text):
        source = found["source"]
        if source and source.startswith("."):
            raise ValueError(f"{path}: {found[0]!r}: write the import in full (pdflearn.module)")
        if source and _is_package(source):
            names = [f"{source}.{name}" for name in _names(found["names"])]
        elif source:
            names = [source]
        elif found["dynamic"]:
            names = _class_modules(_location(found["dynamic"]).with_suffix(".py"))
        else:
            names = _names(found["modules"])
        for name in names:
            if name.split(".")[0] == PACKAGE.name:
                files = _files_of(name)
                if not files:
                    raise ValueError(f"{path}: {name!r} is no module of {PACKAGE.name}")
                modules |= files
            else:
                packages.add(name.split(".")[0])
    outside = frozenset(packages - set(sys.stdlib_module_names))
    return _Source(frozenset(modules), outside, hashlib.sha256(content).digest())


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
        source = _read(queue.pop())
        packages |= source.packages
        queue.extend(source.modules - seen)
        seen |= source.modules
    return tuple(sorted(seen)), frozenset(packages)


@cache
def code_hash(script: Path) -> str:
    """SHA-256 (16 hex digits) over a script and the project modules that it reaches."""
    files, _ = dependencies(script)
    digest = hashlib.sha256(_read(Path(script)).digest)
    for file in files:
        name = file.relative_to(PACKAGE).as_posix()
        digest.update(name.encode() + b"\0" + _read(file).digest)
    return digest.hexdigest()[:16]
