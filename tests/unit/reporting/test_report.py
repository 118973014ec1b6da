"""The page of the report: captions, figures inside the page, text that is escaped."""

import base64
from pathlib import Path

import jinja2
import pytest

from pdflearn.reporting import report

CAPTIONS = Path(report.__file__).parents[2] / "report" / "captions"


def test_a_caption_has_a_first_paragraph_for_readers_without_the_picture(tmp_path):
    path = tmp_path / "loss.rst"
    path.write_text("Loss against\nepochs.\n\nShort steps\ntake long.\n\nLong ones climb.\n")
    caption = {"alt": "Loss against epochs.", "caption": "Short steps take long. Long ones climb."}
    assert report.load_captions([path]) == {"loss": caption}


@pytest.mark.parametrize("path", sorted(CAPTIONS.glob("*.rst")), ids=lambda path: path.stem)
def test_every_caption_says_what_is_shown_and_what_it_means(path):
    caption = report.load_captions([path])[path.stem]
    for text in caption.values():
        assert len(text) > 40
        assert text.endswith(".")


def test_text_from_data_is_escaped_and_a_missing_value_is_an_error(tmp_path):
    template = tmp_path / "page.html.j2"
    template.write_text("<p>{{ name }}</p>\n")
    assert report.render(template, {"name": "<b>"}) == "<p>&lt;b&gt;</p>"
    with pytest.raises(jinja2.UndefinedError):
        report.render(template, {})


def test_a_figure_stands_inside_the_page(tmp_path):
    path = tmp_path / "a.svg"
    path.write_bytes(b"<svg/>")
    head, data = report.embed(path).split(",")
    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(data) == b"<svg/>"
