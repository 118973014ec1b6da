"""The colours and settings of every figure; matplotlib itself is not imported here.

A colour-blind reader can tell the colours apart (M. Okabe and K. Ito, 2008).
"""

BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, GREY = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#7F7F7F",
)  # fmt: skip
PALE, RULE = "#DDDDDD", "#EEEEEE"
# For groups without an order. Each colour has its marker, for prints in grey.
COLOURS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, "black")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

STYLE = {
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "savefig.dpi": 150,
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "text.parse_math": False,  # a $ in a name starts no formula
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "svg.hashsalt": "pdflearn",
    "svg.fonttype": "path",
}
