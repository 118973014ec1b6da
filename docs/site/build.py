"""Build the site: the documents, the lessons and the docstrings as pages that need no network.

    make site

or docs/site/build.py FOLDER. Documents stay where people read them in the repository. They are
gathered under the names they have there, so a link between two of them leads from page to page.
Whatever Sphinx warns of, such as a link or an anchor that leads nowhere, fails the build.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import jupytext
from sphinx.cmd.build import main as sphinx_build

SITE = Path(__file__).resolve().parent
ROOT = SITE.parents[1]
DOCUMENTS = (
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "config/README.md", "docs/*.md",
    "docs/schedulers/*.md", "docs/course/*.md", "resources/*/README.md",
)  # fmt: skip
OPTIONS = ("-b", "html", "-q", "--fail-on-warning", "--keep-going")
NOTE = (
    "```{note}\nThis is the text and the code of a lesson. `make course` runs all lessons and adds "
    "their figures; `docs/course/README.md` says how to work through them.\n```\n\n"
)
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_NAME = re.compile(r"(?<!\[)`([\w./-]+)`(?!\])")
_FENCE = re.compile(r"(^```.*?^```)", re.MULTILINE | re.DOTALL)


def documents() -> dict[str, str]:
    """Name of each page, relative to the repository -> its Markdown."""
    names = sorted({path.relative_to(ROOT) for glob in DOCUMENTS for path in ROOT.glob(glob)})
    pages = {name.as_posix(): (ROOT / name).read_text(encoding="utf-8") for name in names}
    for path in sorted((ROOT / "docs" / "course").glob("[0-9][0-9]_*.py")):
        pages[path.relative_to(ROOT).with_suffix(".md").as_posix()] = lesson(path)
    return pages


def lesson(path: Path) -> str:
    """A lesson as Markdown: texts, code, and the parts that a reader can play with."""
    cells = jupytext.read(path).cells
    parts = [
        cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```"
        for cell in cells
    ]
    title, _, rest = "\n\n".join(parts).partition("\n")
    text = f"{title}\n\n{NOTE}{rest}\n"
    return re.sub(
        r"(?m)^INTERACTIVE: (\w+)$",
        lambda match: (
            "````{raw} html\n"
            + (path.parent / "interactive" / f"{match[1]}.html").read_text(encoding="utf-8")
            + "\n````"
        ),
        text,
    )


def linked(name: str, text: str, pages: dict[str, str]) -> tuple[str, set[Path]]:
    """A page whose links lead to pages, and the files that it shows or links to.

    Parameters
    ----------
    name : str
        Of the page, relative to the repository.
    text : str
    pages : dict
        All pages. A file that stands in the text as code, such as `docs/command.md`, becomes a link
        where it is a page.
    """
    folder = (ROOT / name).parent
    files: set[Path] = set()

    def link(match: re.Match[str]) -> str:
        image, words, target = match.groups()
        path, _, anchor = target.partition("#")
        if not path or "://" in target:
            return match[0]
        file = Path(os.path.normpath(folder / path))
        if file.is_dir():
            return words
        page = file.with_suffix(".md") if file.suffix == ".py" else file
        if page.is_relative_to(ROOT) and page.relative_to(ROOT).as_posix() in pages:
            path = os.path.relpath(page, folder)
            return f"{image}[{words}]({path}{'#' + anchor if anchor else ''})"
        if file.is_file():
            files.add(file)
        return match[0]

    def named(match: re.Match[str]) -> str:
        if match[1] not in pages or match[1] == name:
            return match[0]
        return f"[`{match[1]}`]({os.path.relpath(ROOT / match[1], folder)})"

    parts = _FENCE.split(text)
    parts[::2] = [_NAME.sub(named, _LINK.sub(link, part)) for part in parts[::2]]
    return "".join(parts), files


def gather(source: Path) -> None:
    """Write all that Sphinx reads into an empty folder."""
    pages = documents()
    for name in ("index.md", "api.md"):
        text, _ = linked(name, (SITE / name).read_text(encoding="utf-8"), pages)
        (source / name).write_text(text, encoding="utf-8")
    shutil.copy(SITE / "conf.py", source)
    for name, text in pages.items():
        page, files = linked(name, text, pages)
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(page, encoding="utf-8")
        for file in files:
            copy = source / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)


def main(target: str) -> int:
    """Build the site into a folder; the exit status."""
    sys.path.insert(0, str(ROOT / "workflow"))
    with tempfile.TemporaryDirectory() as folder:
        gather(Path(folder))
        status = sphinx_build([*OPTIONS, "-d", f"{folder}/.doctrees", folder, target])
    if status == 0:
        print(f"The site: {target}/index.html")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
