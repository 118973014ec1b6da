"""Simulators of one structure share its pairs, and give the curves of simulators made alone."""

import numpy as np
import pytest
from scattering_cases import cluster, rocksalt

from pdflearn.simulation import crystal_pairs
from pdflearn.simulation.parameters import SimulationError
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.simulation.simulators import Simulators

STRAIN = (0.01, 0.0, -0.01)


@pytest.fixture
def counts(monkeypatch):
    """One entry for each time that the pairs of a crystal were counted."""
    counted = []

    def moments(*args):
        counted.append(args)
        return original(*args)

    original = crystal_pairs.crystal_moments
    monkeypatch.setattr(crystal_pairs, "crystal_moments", moments)
    return counted


def test_pairs_are_counted_once_for_all_radiations(counts):
    simulators = Simulators(rocksalt("Na", "Cl", 5.64), 20.0)
    curves = {}
    for radiation, form_factor in (("xray", "q"), ("neutron", "q"), ("xray", "constant")):
        simulator = simulators.of(radiation, form_factor)
        curves[radiation, form_factor] = simulator.pdf(r_max=20.0)[1]
    assert len(counts) == 1
    for (radiation, form_factor), curve in curves.items():
        alone = PDFSimulator(
            rocksalt("Na", "Cl", 5.64), radiation=radiation, form_factor=form_factor, r_max=20.0
        )
        assert np.array_equal(curve, alone.pdf(r_max=20.0)[1])


def test_strained_pairs_of_one_radiation_do_not_disturb_another():
    simulators = Simulators(rocksalt("Na", "Cl", 5.64), 20.0)
    u_iso = {"Na": 0.004, "Cl": 0.006}
    for radiation in ("xray", "neutron", "xray"):
        for strain in (0.0, STRAIN):
            alone = PDFSimulator(rocksalt("Na", "Cl", 5.64), radiation=radiation, r_max=20.0)
            curves = [
                simulator.pdf(r_max=20.0, strain=strain, u_iso=u_iso)[1]
                for simulator in (simulators.of(radiation), alone)
            ]
            assert np.array_equal(*curves)


def test_isotopes_are_species_of_their_own_for_neutrons_alone():
    structure = cluster(["H", "D", "O"], [(0, 0, 0), (0, 0, 1.5), (0, 1, 0)])
    simulators = Simulators(structure, 9.0)
    assert simulators.of("xray").species == ("H", "O")
    assert simulators.of("neutron").species == ("2H", "H", "O")
    alone = PDFSimulator(structure, radiation="neutron", r_max=9.0)
    assert np.array_equal(simulators.of("neutron").pdf(r_max=9.0), alone.pdf(r_max=9.0))


def test_one_radiation_may_fail_alone():
    simulators = Simulators(cluster(["Ac", "Ac"], [(0, 0, 0), (0, 0, 3)]), 9.0)
    with pytest.raises(SimulationError, match="Ac"):
        simulators.of("neutron")
    assert simulators.of("xray").minimum_distance == pytest.approx(3.0)
