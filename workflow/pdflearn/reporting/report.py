"""The page of the report: one HTML file that opens anywhere, with its figures inside."""

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jinja2


def embed(path: str | Path) -> str:
    """An SVG file as a data address, to stand inside the page."""
    return "data:image/svg+xml;base64," + base64.b64encode(Path(path).read_bytes()).decode()


def program(path: str | Path) -> str:
    """A script or a style sheet of the project, to stand inside the page as it is.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    ValueError
        Where the text would end the block that it stands in.
    """
    text = Path(path).read_text(encoding="utf-8").strip()
    if "</script" in text.lower() or "</style" in text.lower():
        raise ValueError(f"{path}: it holds '</script' or '</style', which would end its block")
    return text


def load_captions(paths: Iterable[str | Path]) -> dict[str, dict[str, str]]:
    """The captions of the figures.

    Parameters
    ----------
    paths : iterable of str or Path
        Files of text. The first paragraph says what the figure shows, the rest what it means.

    Returns
    -------
    dict
        name of the figure -> {"alt": the first paragraph, "caption": the rest}.
    """
    captions = {}
    for path in map(Path, paths):
        alt, caption = path.read_text(encoding="utf-8").strip().split("\n\n", 1)
        captions[path.stem] = {"alt": " ".join(alt.split()), "caption": " ".join(caption.split())}
    return captions


def render(template: str | Path, context: dict[str, Any]) -> str:
    """Fill the template of the page; text from data is escaped.

    Parameters
    ----------
    template : str or Path
        A Jinja file.
    context : dict
        The values that it asks for; one that is missing is an error.

    Returns
    -------
    str
        The page in HTML.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(template).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(Path(template).name).render(context).lstrip()
