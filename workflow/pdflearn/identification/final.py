"""The final fit of an accepted answer: over the whole useful range, as the sample's recipe says."""

from dataclasses import replace

from pdflearn.identification import messages
from pdflearn.identification.candidates import RefinedCandidate
from pdflearn.identification.evidence import cost, gain
from pdflearn.identification.verdict import Answer
from pdflearn.measured.observation import Observation
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.model import RefinementError
from pdflearn.refinement.recipe import FINAL_RECIPE, Recipe, RecipeError, recipe_of_text
from pdflearn.refinement.refinement import Fit, refine

# Particles up to this diameter (angstrom) are tried as spheroids: on a curve to 50 angstrom the
# shape of larger ones shows in a slope alone, which the resolution has as well.
MAX_SPHEROID = 60.0
ROUND = 1.2  # axes whose ratio is below are those of a sphere, as far as a shape function goes


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
        fit = final_fit(whole, answer.ranked[0], recipe, solutions)
        note = spheroid_note(whole, answer.ranked[0], fit, recipe, solutions)
        return replace(answer, final=fit, reason=answer.reason + note)
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


def spheroid_note(
    whole: Observation,
    best: RefinedCandidate,
    sphere: Fit,
    recipe: Recipe = FINAL_RECIPE,
    solutions: Solutions | None = None,
) -> str:
    """Say whether small particles leave order as spheres that they do not leave as spheroids.

    Particles of different sizes look alike, so that the sphere stays the answer.

    Parameters
    ----------
    whole, best, recipe, solutions
        As for `final_fit`.
    sphere : Fit
        What `final_fit` returned.

    Returns
    -------
    str
        A sentence; empty where the curve does not support a second axis.
    """
    diameter = sphere.parameters.get("diameter")
    if recipe.shape != "sphere" or diameter is None or not diameter.value < MAX_SPHEROID:
        return ""
    phases = [candidate.phase for candidate in best.candidates]
    spheroid = refine(whole, phases, recipe=replace(recipe, shape="spheroid"), solutions=solutions)
    n = whole.independent
    across, aspect = (spheroid.parameters[name].value for name in ("diameter", "aspect"))
    is_round = max(aspect, 1 / aspect) < ROUND
    if is_round or gain(sphere.rw, spheroid.rw, n) <= cost(1, 2, n):  # drawn out, or pressed flat
        return ""
    along = across * aspect
    return messages.spheroid_fits(sphere.rw, spheroid.rw, across, along)


def _start(fit: Fit, recipe: Recipe) -> dict[str, float]:
    """Where the fit ended, as far as it is of use with another recipe."""
    other = {"delta1": "delta2", "delta2": "delta1"}[recipe.correlation]
    return {name: value for name, value in fit.start.items() if not name.endswith(other)}
