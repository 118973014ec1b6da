import pandas as pd
import pytest

from pdflearn.reporting.minerals import plot_minerals, summary
from pdflearn.structures.subgroups import RELATIONS
from pdflearn.validation.ranks import TOP

SPLITS = ("random", "compound", "formula_type", "structure_type")


@pytest.fixture(scope="module")
def tables():
    scores = [
        {
            "metric": f"{kind}top{k}", "score": (0.5 if kind else 0.6) + 0.05 * k - 0.1 * i,
            "ci_low": 0.2, "ci_high": 0.95, "n": 100 + i, "groups": 50, "label": label,
            "split": split, "selected": "net", "model": model, "subset": subset,
        }
        for i, split in enumerate(SPLITS)
        for label in ("space_group", "crystal_system")
        for model in ("net", "minerals_neighbours", "majority")
        for subset in ("all", "xray")
        for kind in ("", "balanced_")
        for k in TOP
    ]  # fmt: skip
    sizes = [
        {"least": least, "most": most, "classes": 3, "n": 10, "top1": 0.5, "top3": 0.6,
         "top6": 0.7, "label": "space_group", "split": split}
        for split in SPLITS
        for least, most in ((0, 29.0), (30, float("nan")))
    ]  # fmt: skip
    errors = [
        {"relation": relation, "n": 5, "share": 1 / 3, "by_chance": 1 / 3, "split": split}
        for split in SPLITS
        for relation in RELATIONS
    ]
    return pd.DataFrame(scores), pd.DataFrame(sizes), pd.DataFrame(errors)


def test_the_figure_shows_every_split_with_its_controls(tables):
    figure = plot_minerals(*tables)
    scores, sizes, errors = figure.axes
    assert [label.get_text().split(",")[0] for label in scores.get_xticklabels()][0] == "random"
    assert len(scores.get_xticklabels()) == len(SPLITS)
    names = {text.get_text() for text in scores.get_legend().get_texts()}
    assert names == {"top 1", "top 3", "top 6", "nearest neighbours", "majority"}
    assert [label.get_text() for label in sizes.get_xticklabels()] == ["0-29", "30+"]
    heights = sum(bar.get_height() for bar in errors.patches)
    assert heights == pytest.approx(2 * len(SPLITS))  # each with its chance beside


def test_the_figure_takes_a_study_with_one_split(tables):
    one = [table[table["split"] == "compound"] for table in tables]
    figure = plot_minerals(*one)
    assert len(figure.axes[0].get_xticklabels()) == 1


def test_the_summary_has_a_row_for_each_model_and_names_the_selected_one(tables):
    scores, _, errors = tables
    text = summary(scores, errors)
    first = text.split("\n\n")[0].splitlines()
    assert len(first) == 2 + len(SPLITS) * 2 * 3
    row = next(line for line in first if "compounds kept together" in line and "**net**" in line)
    assert "| 0.550 (0.200 to 0.950) |" in row
    assert row.endswith("| 101 |")
    assert len({line.count("|") for line in first}) == 1
    assert "| structure types kept together | supergroup | 5 | 0.333 | 0.333 |" in text
