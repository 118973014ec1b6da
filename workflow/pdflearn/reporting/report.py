"""The page of the report: one HTML file that opens anywhere."""

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jinja2


def embed(path: str | Path) -> str:
    """An SVG file as a data address."""
    return "data:image/svg+xml;base64," + base64.b64encode(Path(path).read_bytes()).decode()


def captions(files: Iterable[str | Path]) -> dict[str, dict[str, str]]:
    """For each figure what it shows (first paragraph) and what to see in it (the rest)."""
    found = {}
    for file in files:
        alt, see = Path(file).read_text(encoding="utf-8").strip().split("\n\n", 1)
        found[Path(file).stem] = {"alt": " ".join(alt.split()), "see": " ".join(see.split())}
    return found


def render(template: str | Path, context: dict[str, Any]) -> str:
    """Fill the template; everything that comes from data is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(template).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(Path(template).name).render(context).lstrip()
