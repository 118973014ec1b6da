"""How results are shown: numbers with their errors, tables as text and HTML, values as JSON."""

import base64
import html
import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from pdflearn.structures.cif_writer import with_error

UNITS = {"A": "Å", "A^2": "Å²", "1/A": "1/Å"}


def number_text(value: float, error: float = math.nan) -> str:
    """A number as people write it, with its error where there is one.

    Examples
    --------
    >>> number_text(3.52477, 0.00008), number_text(math.inf), number_text(0.030000001)
    ('3.52477(8)', 'inf', '0.03')
    """
    if math.isfinite(error) and error > 0 and math.isfinite(value):
        return with_error(value, error)
    return f"{value:.5g}"


def plain(value: Any) -> Any:
    """A value as JSON holds it: None for what is no finite number, Python's own types for numpy's.

    Examples
    --------
    >>> plain({"a": float("nan"), "b": (1, float("inf"))})
    {'a': None, 'b': [1, None]}
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy's numbers and arrays
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, as JSON holds them."""
    return [plain(row) for row in table.to_dict("records")]


def text_table(rows: Iterable[Sequence[str]], indent: str = "  ") -> str:
    """Rows of cells as lines whose columns stand below each other.

    Examples
    --------
    >>> print(text_table([("a", "3.524(1)", "A"), ("delta2", "1.9", "A^2")]))
      a       3.524(1)  A
      delta2  1.9       A^2
    """
    rows = [[str(cell) for cell in row] for row in rows]
    if not rows:
        return ""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "\n".join(
        (indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
        .rstrip()
        for row in rows
    )  # fmt: skip


def html_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as HTML; every cell is escaped."""

    def line(cells: Sequence[str], tag: str) -> str:
        return "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in cells)

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return f"<table><thead><tr>{line(header, 'th')}</tr></thead><tbody>{body}</tbody></table>"


def html_image(png: bytes, description: str) -> str:
    """A picture inside the page."""
    data = base64.b64encode(png).decode("ascii")
    return f'<img alt="{html.escape(description)}" src="data:image/png;base64,{data}">'
