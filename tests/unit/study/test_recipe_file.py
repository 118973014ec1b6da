"""Recipes from YAML and from options; what is wrong is named."""

import pytest

from pdflearn.refinement.recipe import Recipe, RecipeError
from pdflearn.study.recipe_file import make_recipe, parse_pairs, read_recipe


def test_a_yaml_file_is_a_recipe(tmp_path):
    file = tmp_path / "recipe.yaml"
    file.write_text(
        "r_max: 50\nscattering: f(0)\natoms: true\nfixed: {a: 3.52}\nbounds: {delta2: [0, 5]}\n"
    )
    assert read_recipe(file) == Recipe(
        r_max=50,
        scattering="f(0)",
        angles=True,
        atoms=True,
        fixed={"a": 3.52},
        bounds={"delta2": (0.0, 5.0)},
    )
    file.write_text("")
    assert read_recipe(file) == Recipe(angles=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a", "a list or a text"),
        ("a: [", "cannot be read"),
        ("rmax: 3", "rmax = 3; there is no such entry, but r_min"),
        ("atoms: maybe", "atoms = 'maybe'; expected true or false"),
        ("fixed: 3", "fixed = 3; expected names with values"),
        ("fixed: {a: b}", "expected a number each"),
        ("bounds: {a: 3}", "expected two numbers each"),
        ("shape: cube", "shape = 'cube'; choose one of"),
        ("r_max: far", "r_max = 'far'; expected a number"),
        ("!!python/object/apply:os.system [ls]", "cannot be read"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path, text, words):
    file = tmp_path / "recipe.yaml"
    file.write_text(text)
    with pytest.raises(RecipeError) as error:
        read_recipe(file)
    assert str(error.value).startswith(f"{file}: ")
    assert words in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RecipeError, match="none.yaml: cannot be read"):
        read_recipe(tmp_path / "none.yaml")


def test_options_change_a_recipe():
    recipe = make_recipe({"q_max": 22.0}, Recipe(r_max=30.0))
    assert recipe == Recipe(r_max=30.0, q_max=22.0)
    with pytest.raises(RecipeError, match="--fix a: expected name=value"):
        parse_pairs("--fix", ["a"])
