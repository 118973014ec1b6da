"""The orthorhombic splitting of SrFe2As2, on its public curves, against DiffPy-CMI.

The curves are there once a study has fetched them (results/measured/public.zip). CMI's values,
10^4 (a - b) / (a + b), are of fits to 50 angstrom with f(0), anisotropic U, q_damp 0.0349 and
q_broad 0.0176 1/angstrom, as DiffPy-CMI's example of this series makes them.
"""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from pdflearn.measured.observation import observe
from pdflearn.measured.reader import read_pdfs
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import Recipe
from pdflearn.refinement.refinement import refine
from pdflearn.refinement.rivals import compare, crossings
from pdflearn.refinement.series import refine_series
from pdflearn.structures.modes import symmetric_modes
from pdflearn.structures.structure import make_structure

ARCHIVE = Path(__file__).parents[3] / "results" / "measured" / "public.zip"
KELVIN = np.array([150.0, 186.0, 192.0, 198.0, 210.0, 246.0])
CMI = {150: 51.3, 186: 42.3, 192: 34.3}


def sr_fe2as2(orthorhombic):
    """Fmmm, or I4/mmm in the half of its cell."""
    z = 0.36
    if orthorhombic:
        cell = (5.5746, 5.5175, 12.297, 90, 90, 90)
        basis = [(0, 0, 0), (0.25, 0.25, 0.25), (0.25, 0.25, 0.75), (0, 0, z), (0, 0, -z)]
        centres = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    else:
        cell = (3.9243, 3.9243, 12.3644, 90, 90, 90)
        basis = [(0, 0, 0), (0, 0.5, 0.25), (0.5, 0, 0.25), (0, 0, z), (0, 0, -z)]
        centres = [(0, 0, 0), (0.5, 0.5, 0.5)]
    xyz = np.array([np.add(site, centre) for centre in centres for site in basis]) % 1
    symbols = ["Sr", "Fe", "Fe", "As", "As"] * len(centres)
    structure = make_structure(cell, symbols, xyz, orbits=[0, 1, 1, 2, 2] * len(centres))
    system = "orthorhombic" if orthorhombic else "tetragonal"
    return [Phase(structure, "xray", system, system, modes=symmetric_modes(structure))]


@pytest.fixture(scope="module")
def curves():
    if not ARCHIVE.is_file():
        pytest.skip("the public curves were not fetched: run a study with measured.fetch_public")
    return observed(KELVIN)


def observed(kelvins):
    """The curves at these temperatures; the test is skipped where they were not fetched."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = archive.namelist()
    wanted = [f"diffpy.cmi-3.2.0/SrFe2As2_{kelvin:.0f}K.gr" for kelvin in kelvins]
    if not {*wanted} <= {*names}:
        pytest.skip("the archive of public curves does not hold SrFe2As2's")
    patterns = dict(read_pdfs(ARCHIVE, lambda name: name in wanted))
    given = {"q_damp": 0.0349, "q_broad": 0.0176}
    return [observe(patterns[name], given, "xray", r_max=50.0) for name in wanted]


@pytest.mark.slow
def test_errors_are_the_scatter_along_the_series(curves):
    kelvins = np.arange(150.0, 247.0, 6.0)
    names = ("a", "c", "z_As", "u_iso_As", "u_iso_Fe", "u_iso_Sr", "delta2", "scale")
    recipe, phases = Recipe(shape="bulk", atoms=True), sr_fe2as2(False)
    fits = [refine(seen, phases, recipe=recipe) for seen in observed(kelvins)]
    within = 0
    for name in names:
        values = np.array([fit.parameters[name].value for fit in fits])
        errors = np.mean([fit.parameters[name].stderr for fit in fits])
        apart = values[1:-1] - 0.5 * (values[:-2] + values[2:])
        # the median, since the transition near 200 K is no scatter
        scatter = 1.4826 * np.median(np.abs(apart)) / np.sqrt(1.5)
        within += 1 / 1.5 < errors / scatter < 1.5
    assert within >= len(names) - 1


@pytest.mark.slow
def test_splittings_and_the_transition_are_those_of_cmi(curves):
    recipe = Recipe(scattering="f(0)", shape="bulk")
    models = {
        phases[0].name: refine_series(curves, phases, recipe)
        for phases in (sr_fe2as2(True), sr_fe2as2(False))
    }
    for kelvin, frame in zip(KELVIN, models["orthorhombic"], strict=True):
        lattice = frame.fit.structures[0].lattice
        splitting = 1e4 * (lattice.a - lattice.b) / (lattice.a + lattice.b)
        if kelvin in CMI:
            assert splitting == pytest.approx(CMI[int(kelvin)], rel=0.06)
    (change,) = crossings(KELVIN, list(models), compare(models, curves))
    assert (change.before, change.after) == ("orthorhombic", "tetragonal")
    assert (change.last, change.first) == (192.0, 198.0)
