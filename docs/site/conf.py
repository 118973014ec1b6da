"""Settings of Sphinx for the site (see build.py, which gathers what it reads)."""

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

from pdflearn import __version__

project = "pdflearn"
author = "The pdflearn developers"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
autodoc_typehints = "none"  # the docstrings say them
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
smartquotes = False
pygments_style = "tango"

html_theme = "furo"
html_title = "pdflearn"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_math_renderer = "mathml"


def _inline(writer: nodes.NodeVisitor, node: nodes.math) -> None:
    writer.body.append(convert(node.astext(), display="inline"))
    raise nodes.SkipNode


def _block(writer: nodes.NodeVisitor, node: nodes.math_block) -> None:
    writer.body.append(f"<p>{convert(node.astext(), display='block')}</p>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Formulae become MathML: every other way of Sphinx's needs the network or LaTeX."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
