"""Run all lessons and build one page of them that works offline.

    make course

or docs/course/build.py PAGE [LESSON ...], for some of them.

Lessons are executed as notebooks by nbclient, formulae become MathML, figures stand in the page.
"""

import html
import re
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbclient import NotebookClient
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import DiffLexer, PythonLexer

FOLDER = Path(__file__).parent
SHOWN = ("image/svg+xml", "text/html", "text/plain")  # the first that a cell's output has
SECONDS = 120  # a lesson that takes longer hangs
# Run in the kernel before a lesson: figures as SVG.
SETUP = """%matplotlib inline
%config InlineBackend.figure_formats = ['svg']
import matplotlib
matplotlib.rcParams |= {"svg.hashsalt": "course", "svg.fonttype": "none"}"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>A first course in machine learning, on pair distribution functions</title>
<style>
:root {{ color-scheme: light; }}
body {{ font: 17px/1.55 system-ui, sans-serif; color: #222; margin: 0 auto; max-width: 52rem;
  padding: 1rem; overflow-wrap: break-word; }}
h1 {{ border-top: 3px solid #006ba4; padding-top: 1rem; margin-top: 4rem; line-height: 1.2; }}
h2 {{ margin-top: 2rem; }}
a {{ color: #005a8c; }}
pre {{ background: #f5f6f8; padding: 0.7rem 0.9rem; overflow-x: auto; font-size: 0.82rem;
  line-height: 1.4; border-radius: 4px; }}
pre.output {{ background: none; border-left: 3px solid #ccc; }}
section.exercise pre {{ background: #fff7ec; border-left: 4px solid #c85200; }}
.figure svg {{ max-width: 100%; height: auto; }}
table {{ border-collapse: collapse; display: block; overflow-x: auto; font-size: 0.9rem; }}
td, th {{ padding: 0.25rem 0.6rem; border-bottom: 1px solid #ddd; text-align: left; }}
details {{ margin: 0.5rem 0; }} summary {{ cursor: pointer; font-weight: 600; }}
math[display=block] {{ display: block math; max-width: 100%; overflow-x: auto; }}
.dataframe {{ max-width: 100%; }}
figure.interactive {{ margin: 1.5rem 0; border: 1px solid #ddd; border-radius: 6px;
  padding: 1rem; }}
figure.interactive canvas {{ max-width: 100%; }}
figure.interactive button, figure.interactive input {{ font: inherit; }}
figcaption {{ font-size: 0.88rem; color: #444; }}
@media print {{ details > * {{ display: block; }} h1 {{ break-before: page; }} }}
{code_style}
</style></head><body><main>
{body}
</main></body></html>
"""


def lessons() -> list[Path]:
    """The lessons, in their order."""
    return sorted(FOLDER.glob("[0-9][0-9]_*.py"))


def render_markdown(text: str) -> str:
    """Markdown of the course as HTML, with formulae as MathML and interactive parts in place."""

    def formula(content: str, options: dict) -> str:
        return convert(content, display="block" if options["display_mode"] else "inline")

    def code(content: str, language: str, _: str) -> str:
        lexer = DiffLexer() if language == "diff" else PythonLexer()
        return highlight(content, lexer, HtmlFormatter(nowrap=True))

    parser = MarkdownIt("commonmark", {"html": True, "highlight": code}).enable("table")
    parser.use(dollarmath_plugin, renderer=formula, allow_digits=False)
    page = parser.render(text)
    return re.sub(
        r"<p>INTERACTIVE: (\w+)</p>",
        lambda match: (FOLDER / "interactive" / f"{match[1]}.html").read_text(encoding="utf-8"),
        page,
    )


def render_output(output: nbformat.NotebookNode) -> str:
    """What a cell printed or drew."""
    if output.output_type == "stream":
        return f'<pre class="output">{html.escape(output.text)}</pre>'
    if output.output_type == "error":
        raise RuntimeError(f"{output.ename}: {output.evalue}")
    kind = next((kind for kind in SHOWN if kind in output.data), None)
    if kind == "image/svg+xml":
        drawing = output.data[kind]
        return f'<div class="figure">{drawing[drawing.index("<svg") :]}</div>'
    if kind == "text/html":  # a table of pandas
        return re.sub(r"<style.*?</style>", "", output.data[kind], flags=re.DOTALL)
    return f'<pre class="output">{html.escape(output.data[kind])}</pre>' if kind else ""


def render_lesson(path: Path) -> str:
    """Execute a lesson and return its HTML; say how long it took."""
    notebook = jupytext.read(path)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SETUP))
    start = time.perf_counter()
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": FOLDER}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    )
    client.execute()
    print(f"{path.stem}: {time.perf_counter() - start:.1f} s", flush=True)
    parts = []
    for cell in notebook.cells[1:]:
        if cell.cell_type == "markdown":
            parts.append(render_markdown(cell.source))
            continue
        exercise = "exercise" in cell.metadata.get("tags", [])
        source = highlight(cell.source, PythonLexer(), HtmlFormatter(nowrap=True))
        parts.append(f'<section class="{"exercise" if exercise else "code"}"><pre>{source}</pre>')
        drawn = any("image/svg+xml" in output.get("data", {}) for output in cell.outputs)
        for output in cell.outputs:
            # What the last call on the axes returned says nothing beside the figure.
            if not (drawn and output.output_type == "execute_result"):
                parts.append(render_output(output))
        parts.append("</section>")
    return f'<article id="{path.stem}">{"".join(parts)}</article>'


def contents() -> str:
    """The table of contents, from README.md, with links into the page."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"\((\d\d_\w+)\.py\)", r"(#\1)", text.split("## Read it")[0])
    return render_markdown(text)


def main(target: Path, paths: list[Path]) -> None:
    """Write the page."""
    body = contents() + "".join(render_lesson(path) for path in paths)
    target.parent.mkdir(parents=True, exist_ok=True)
    style = HtmlFormatter(style="default").get_style_defs("pre")
    target.write_text(PAGE.format(body=body, code_style=style), encoding="utf-8")
    print(f"The course: {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]] or lessons())
