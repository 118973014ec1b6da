"""The final fit of an accepted answer: over the whole useful range, as the sample's recipe says."""

from dataclasses import replace

from pdflearn.identification.candidates import RefinedCandidate
from pdflearn.identification.verdict import Answer
from pdflearn.measured.observation import Observation
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.model import RefinementError
from pdflearn.refinement.recipe import Recipe, RecipeError, recipe_of_text
from pdflearn.refinement.refinement import Fit, refine

# What a verdict needs not and a table of results does: cell angles.
FINAL_RECIPE = Recipe(angles=True)


def with_final_fit(
    sample: MeasuredSample, answer: Answer, solutions: Solutions | None = None
) -> Answer:
    """The answer with a final fit of its first type; as it is where nothing is accepted.

    Parameters
    ----------
    sample : MeasuredSample
        Its whole curve is fitted, with its recipe.
    answer : Answer
        Its verdict and ranks stand.
    solutions : Solutions, optional
        Remembered fits; what is new is added.
    """
    if not answer.verdict.startswith("accepted") or not answer.ranked or sample.whole is None:
        return answer
    whole = replace(sample.whole, radiation=answer.radiation)
    try:
        recipe = recipe_of_text(sample.recipe, FINAL_RECIPE)
        return replace(answer, final=final_fit(whole, answer.ranked[0], recipe, solutions))
    except (RecipeError, RefinementError) as error:
        return replace(answer, reason=f"{answer.reason} No final fit: {error}.")


def final_fit(
    whole: Observation,
    best: RefinedCandidate,
    recipe: Recipe = FINAL_RECIPE,
    solutions: Solutions | None = None,
) -> Fit:
    """Refine an answer over the whole curve, from where its fit to 20 angstrom ended.

    Parameters
    ----------
    whole : Observation
        The curve to where its signal ends.
    best : RefinedCandidate
        One phase, or those of a mixture.
    recipe : Recipe, optional
        The usual one, with angles, unless it is given.
    solutions : Solutions, optional

    Raises
    ------
    RecipeError
        For a recipe that does not suit the structures.
    RefinementError
        When no parameters give a curve.
    """
    phases = [candidate.phase for candidate in best.candidates]
    return refine(whole, phases, recipe=recipe, solutions=solutions, start=_start(best.fit, recipe))


def _start(fit: Fit, recipe: Recipe) -> dict[str, float]:
    """Where the fit ended, as far as it is of use with another recipe."""
    other = {"delta1": "delta2", "delta2": "delta1"}[recipe.correlation]
    return {name: value for name, value in fit.start.items() if not name.endswith(other)}
