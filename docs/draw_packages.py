"""Draw docs/packages.svg: the packages of pdflearn and which of them import which.

    python docs/draw_packages.py           # compare with the file; exit status 1 where they differ
    python docs/draw_packages.py --write   # draw it anew

The arrows come from the import statements, the order of the boxes from the contract in
pyproject.toml that `make lint` checks.
"""

import ast
import sys
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workflow" / "pdflearn"
PICTURE = ROOT / "docs" / "packages.svg"

# Pixels.
ROW, BOX_WIDTH, BOX_HEIGHT, TOP, LEFT = 56, 190, 38, 64, 30
WIDTH = 620
# Okabe and Ito's colours, which colour-blind readers can tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


def layers() -> list[str]:
    """The packages, each of which may import those after it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["importlinter"]["contracts"][0]["layers"]


def imports() -> Counter[tuple[str, str]]:
    """How many modules of one package import another: (importer, imported) -> number of modules."""
    pairs: set[tuple[str, str, str]] = set()
    for path in sorted(PACKAGE.glob("*/*.py")):
        importer = path.parent.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pdflearn."):
                imported = node.module.split(".")[1]
                if imported != importer:
                    pairs.add((importer, imported, path.name))
    return Counter((importer, imported) for importer, imported, _ in pairs)


def picture() -> str:
    """The picture as SVG."""
    order = layers()
    height = TOP + ROW * len(order) + 10
    font = 'font-family="DejaVu Sans, Arial, sans-serif"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img">',
        "<title>The packages of pdflearn: each imports only packages below it</title>",
        "<defs>",
        *(
            f'<marker id="tip{i}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
            f'<path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
            for i, colour in enumerate(COLOURS)
        ),
        "</defs>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" {font} font-size="15" font-weight="bold">'
        "Each package imports only packages below it</text>",
        f'<text x="{LEFT}" y="46" {font} font-size="12" fill="#444444">'
        "An arrow leads from a package to one that it imports; the wider, the more modules do so."
        "</text>",
    ]
    middle = {name: TOP + ROW * i + BOX_HEIGHT / 2 for i, name in enumerate(order)}
    edge = LEFT + BOX_WIDTH
    for (importer, imported), count in sorted(imports().items()):
        i, j = order.index(importer), order.index(imported)
        colour = i % len(COLOURS)
        # Arrows leave in the upper half of the right edge and arrive in the lower half, spread so
        # that no two meet in one point.
        start = middle[importer] - 14 + 14 * (j - i) / len(order)
        end = middle[imported] + 14 - 12 * (j - i) / len(order)
        bulge = edge + 30 + 42 * (j - i)
        width = min(1.0 + 0.25 * count, 4.0)
        lines.append(
            f'<path d="M{edge} {start:.1f}C{bulge} {start:.1f} {bulge} {end:.1f} {edge + 2} '
            f'{end:.1f}" fill="none" stroke="{COLOURS[colour]}" stroke-width="{width:.2f}" '
            f'stroke-opacity="0.75" marker-end="url(#tip{colour})"><title>{importer} imports '
            f"{imported} in {count} modules</title></path>"
        )
    for i, name in enumerate(order):
        y = TOP + ROW * i
        n_modules = len([path for path in (PACKAGE / name).glob("*.py") if path.stem != "__init__"])
        lines += [
            f'<rect x="{LEFT}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="5" '
            f'fill="#f5f5f5" stroke="{COLOURS[i % len(COLOURS)]}" stroke-width="2"/>',
            f'<text x="{LEFT + 12}" y="{y + 24}" {font} font-size="14">{name}</text>',
            f'<text x="{edge - 12}" y="{y + 24}" {font} font-size="11" fill="#444444" '
            f'text-anchor="end">{n_modules} modules</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])


def main(write: bool) -> int:
    """Write or compare the picture; the exit status."""
    text = picture()
    if write:
        PICTURE.write_text(text, encoding="utf-8")
        return 0
    if PICTURE.exists() and PICTURE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/packages.svg is not what the imports say: make docs/packages.svg")
    return 1


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv[1:]))
