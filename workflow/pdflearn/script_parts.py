"""What a script is made of: the project modules and the packages that it imports, and their hash.

Snakemake notices neither an edit of an imported module nor tells a touched script from an edited
one. So every rule carries, as a parameter, the hash of its script and of the project modules that
the script reaches by following `import` statements: an edit re-runs exactly the rules that use it.
"""

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent


def _statements(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All statements below some, without their expressions: those hold no import."""
    for node in nodes:
        yield node
        for block in ("body", "handlers", "orelse", "finalbody", "cases"):
            yield from _statements(getattr(node, block, ()))


@cache
def _imports(path: Path) -> tuple[frozenset[Path], frozenset[str]]:
    """Project modules and top-level outside packages that one file names, wherever it does so."""
    modules, packages = set(), set()
    for node in _statements(ast.parse(path.read_bytes(), str(path)).body):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
            if node.module == PACKAGE.name:
                names = [f"{PACKAGE.name}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            raise ValueError(f"{path}:{node.lineno}: write the import in full (pdflearn.module)")
        else:
            continue
        for name in names:
            top, *rest = name.split(".")
            if top != PACKAGE.name:
                packages.add(top)
            elif (PACKAGE / f"{rest[0] if rest else '__init__'}.py").exists():
                modules.add(PACKAGE / f"{rest[0] if rest else '__init__'}.py")
            else:
                raise ValueError(f"{path}: {name!r} is no module of {PACKAGE.name}")
    return frozenset(modules), frozenset(packages - set(sys.stdlib_module_names))


@cache
def parts(script: Path) -> tuple[tuple[Path, ...], frozenset[str]]:
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
    files, _ = parts(script)
    digest = hashlib.sha256(Path(script).read_bytes())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
