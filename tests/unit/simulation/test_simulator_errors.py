"""Every bad input raises an error that names the value and the remedy; nothing is repaired."""

import numpy as np
import pytest
from diffpy.structure import Atom, Lattice, Structure
from scattering_cases import F, cluster, crystal, rocksalt

from pdflearn.simulation.simulator import PDFSimulator, SimulationError, simulate_pdf

NI = crystal(3.524, [("Ni", F)])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"u_iso": 0.0}, r"u_iso = 0\.0 .*above 0"),
        ({"u_iso": -0.01}, r"u_iso = -0\.01 .*above 0"),
        ({"u_iso": float("nan")}, r"u_iso = nan"),
        ({"u_iso": {"Fe": 0.01}}, r"no value for Ni"),
        ({"u_iso": {"Ni": -1.0}}, r"u_iso\['Ni'\] = -1\.0"),
        ({"u_iso": {"Qq": 0.01}}, r"'Qq'"),
        ({"delta2": 6.3}, r"delta2 = 6\.3 .*delta2 <= 3\.1"),
        ({"delta2": 1000.0}, r"delta2 = 1000 .*keep"),
        ({"delta1": 2.6}, r"delta1 = 2\.6 .*keep"),
        ({"delta2": float("inf")}, r"delta2 = inf"),
        ({"q_min": 25.0}, r"q_min = 25 .*q_max = 25 .*smaller q_min"),
        ({"q_min": 30.0}, r"q_min = 30 "),
        ({"q_min": -0.1}, r"q_min = -0\.1 .*0 or above"),
        ({"q_max": 0.0}, r"q_max = 0\.0"),
        ({"q_max": float("nan")}, r"q_max = nan"),
        ({"q_max": 90.0}, r"q_max = 90 .*75\.4.*form_factor='constant'"),
        ({"q_damp": -0.01}, r"q_damp = -0\.01"),
        ({"q_broad": -0.01}, r"q_broad = -0\.01"),
        ({"diameter": 0.0}, r"diameter = 0\.0 .*None"),
        ({"r_min": 5.0, "r_max": 4.0}, r"r_min = 5 .*r_max = 4 .*larger r_max"),
        ({"r_min": -1.0}, r"r_min = -1\.0"),
        ({"r_max": -1.0}, r"r_max = -1\.0"),
        ({"r_step": 0.0}, r"r_step = 0\.0"),
        ({"r_step": 1e-9}, r"r_step = 1e-09 .*larger step"),
        ({"scale": float("nan")}, r"scale = nan"),
        ({"strain": -1.0}, r"strain = -1\.0"),
        ({"strain": (0.1, 0.2)}, r"strain = \(0\.1, 0\.2\)"),
        ({"window": "hann"}, r"window = 'hann'; choose one of 'exact', 'srreal'"),
        ({"radiation": "electron"}, r"radiation = 'electron'; choose one of"),
        ({"form_factor": "f0"}, r"form_factor = 'f0'; choose one of"),
    ],
)
def test_bad_parameters(values, message):
    with pytest.raises(SimulationError, match=message):
        simulate_pdf(NI, **values)


def broken(**changes):
    structure = Structure(NI)
    for name, value in changes.items():
        setattr(structure[1], name, value)
    return structure


@pytest.mark.parametrize(
    ("structure", "values", "message"),
    [
        ("NaCl.cif", {}, r"'NaCl\.cif' is no structure; .*read_structure"),
        (Structure(), {}, "no atoms"),
        (broken(element="Xx"), {}, "'Xx'"),
        (broken(element="99Ni"), {"radiation": "neutron"}, "isotope 99"),
        (broken(element="Po"), {"radiation": "neutron"}, "Po.*radiation='xray'"),
        (broken(xyz=np.array([0, np.nan, 0])), {}, "coordinates hold NaN"),
        (broken(occupancy=np.nan), {}, "occupancies hold NaN"),
        (broken(occupancy=-0.5), {}, r"atom 2 \(Ni\) has occupancy -0\.5"),
        (broken(Uisoequiv=0.0), {"u_iso": None}, r"atom 2 \(Ni\) has U = 0 .*give u_iso"),
        (broken(Uisoequiv=-0.1), {"u_iso": None}, r"atom 2 \(Ni\) has U = -0\.1"),
        (broken(Uisoequiv=np.nan), {"u_iso": None}, r"atom 2 \(Ni\) has U = nan"),
    ],
)
def test_bad_structures(structure, values, message):
    with pytest.raises(SimulationError, match=message):
        simulate_pdf(structure, **values)


def test_lengths_that_cancel():
    # light and heavy hydrogen in the ratio that hides them
    share = 6.6681 / (6.6681 + 3.7409)
    structure = Structure(lattice=Lattice(3, 3, 3, 90, 90, 90))
    structure.append(Atom("H", [0, 0, 0], occupancy=share))
    structure.append(Atom("D", [0, 0, 0], occupancy=1 - share))
    with pytest.raises(SimulationError, match="mean neutron scattering length of 2H, H is zero"):
        simulate_pdf(structure, "neutron")
    assert np.isfinite(simulate_pdf(structure)[1]).all()


@pytest.mark.filterwarnings("error")
def test_an_element_that_neutrons_do_not_see():
    # samarium's coherent scattering length is tabulated as 0.00(5) fm
    with pytest.raises(SimulationError, match="mean neutron scattering length of Sm is zero"):
        simulate_pdf(crystal(4.2, [("Sm", F)]), "neutron")


def test_orbits_of_another_structure():
    structure = rocksalt("Na", "Cl", 5.64)
    structure.orbits = np.zeros(3, int)
    with pytest.raises(SimulationError, match=r"orbits has shape \(3,\).*8 atoms"):
        simulate_pdf(structure)


def test_fq_checks_too():
    with pytest.raises(SimulationError, match="q_max"):
        PDFSimulator(NI).fq(q_max=-1.0)
    with pytest.raises(SimulationError, match="u_iso"):
        PDFSimulator(NI).sq(u_iso=0.0)


def test_few_close_pairs_are_left_out_with_a_warning():
    # one pair at 1 angstrom among 27 atoms is an oddity, not a bond
    grid = np.stack(np.meshgrid(*[np.arange(3) * 3.0] * 3), -1).reshape(-1, 3)
    grid[0, 0] = 2.0
    structure = cluster(["Ar"] * 27, grid)
    with pytest.warns(RuntimeWarning, match=r"delta2 = 2 .*left out"):
        _, g = simulate_pdf(structure, delta2=2.0)
    assert np.isfinite(g).all()


def test_structures_are_not_changed():
    structure = rocksalt("Na", "Cl", 5.64)
    before = [(a.element, a.occupancy, a.xyz.tolist(), a.U.tolist()) for a in structure]
    PDFSimulator(structure).pdf(u_iso=None, strain=(0.01, 0, 0))
    assert [(a.element, a.occupancy, a.xyz.tolist(), a.U.tolist()) for a in structure] == before
    assert not hasattr(structure, "orbits")
