"""What must hold for any structure, whatever the numbers."""

import numpy as np
import pytest
from diffpy.structure import Lattice, Structure
from diffpy.structure.expansion import supercell
from hypothesis import given, settings
from hypothesis import strategies as st
from scattering_cases import F, cluster, crystal, fluorite, perovskite, rocksalt, rutile, rw

from pdflearn import simulate_pdf
from pdflearn.simulation.simulator import PDFSimulator, transform_fq

bounded = settings(max_examples=12, deadline=None, derandomize=True)
QUICK = {"r_max": 15.0, "r_step": 0.05}

lengths = st.tuples(*[st.floats(3.0, 6.0)] * 3)
angles = st.tuples(*[st.floats(75, 105)] * 3)
symbols = st.lists(st.sampled_from(["O", "Si", "Fe", "Ba", "H"]), min_size=1, max_size=4)
seeds = st.integers(0, 2**32 - 1)
radiations = st.sampled_from(["xray", "neutron"])


def random_structure(cell, names, seed):
    """Atoms at least 1.2 angstrom apart, as any real structure has them."""
    rng = np.random.default_rng(seed)
    lattice = Lattice(*cell)
    positions = []
    for _ in range(200):
        xyz = rng.random(3)
        images = [lattice.norm((xyz - p + 0.5) % 1 - 0.5) for p in positions]
        if all(d > 1.2 for d in images):
            positions.append(xyz)
        if len(positions) == len(names):
            break
    structure = crystal(cell, [(s, [p]) for s, p in zip(names, positions, strict=False)])
    for atom, u in zip(structure, rng.uniform(0.003, 0.012, len(structure)), strict=True):
        atom.Uisoequiv = u
    return structure


structures = st.builds(lambda a, b, names, seed: random_structure(a + b, names, seed),
                       lengths, angles, symbols, seeds)  # fmt: skip


@bounded
@given(structures, radiations, st.sampled_from([(2, 1, 1), (1, 1, 3), (2, 2, 1)]))
def test_a_supercell_is_the_cell(structure, radiation, times):
    large = supercell(structure, times)
    for u_iso in (0.006, None):
        g = [simulate_pdf(s, radiation, u_iso=u_iso, **QUICK)[1] for s in (structure, large)]
        assert rw(g[1], g[0]) < 1e-4


@bounded
@given(st.sampled_from(["O", "Fe"]), st.floats(3.5, 6.0), st.floats(0.002, 0.02))
def test_primitive_is_conventional(symbol, a, u):
    conventional = crystal(a, [(symbol, F)])
    side = a / np.sqrt(2)
    primitive = crystal((side, side, side, 60, 60, 60), [(symbol, [(0, 0, 0)])])
    g = [simulate_pdf(s, u_iso=u, **QUICK)[1] for s in (conventional, primitive)]
    assert rw(g[1], g[0]) < 1e-6


@bounded
@given(structures, st.tuples(*[st.floats(-2, 2)] * 3), seeds)
def test_origin_and_order_change_nothing(structure, shift, seed):
    _, before = simulate_pdf(structure, u_iso=None, **QUICK)
    order = np.random.default_rng(seed).permutation(len(structure))
    moved = Structure([structure[int(i)] for i in order], structure.lattice)
    for atom in moved:
        atom.xyz = atom.xyz + np.array(shift)
    _, after = simulate_pdf(moved, u_iso=None, **QUICK)
    assert rw(after, before) < 1e-5


@bounded
@given(structures, radiations)
def test_two_halves_at_one_place_are_one(structure, radiation):
    _, whole = simulate_pdf(structure, radiation, **QUICK)
    halves = Structure(lattice=structure.lattice)
    for atom in structure:
        for _ in range(2):
            halves.append(atom)
            halves[-1].occupancy = 0.5
    _, split = simulate_pdf(halves, radiation, **QUICK)
    assert rw(split, whole) < 1e-6


@bounded
@given(structures, radiations, st.sampled_from(["q", "constant"]))
def test_partials_add_up(structure, radiation, form_factor):
    simulator = PDFSimulator(structure, radiation=radiation, form_factor=form_factor, r_max=15.0)
    _, g = simulator.pdf(**QUICK)
    partials = simulator.partials(**QUICK)
    # with constant lengths classes are added up before the quadrature, so not to the last digit
    assert rw(sum(partials.values()), g) < 1e-4
    n_species = len(simulator.species)
    assert len(partials) == n_species * (n_species + 1) // 2


@bounded
@given(structures, st.floats(-0.04, 0.04))
def test_strain_is_a_changed_cell(structure, strain):
    a, b, c, *rest = structure.lattice.abcABG()
    factor = 1 + strain
    changed = Structure(structure, Lattice(a * factor, b * factor, c * factor, *rest))
    simulator = PDFSimulator(structure, r_max=15.0)
    assert rw(simulator.pdf(strain=strain, **QUICK)[1], simulate_pdf(changed, **QUICK)[1]) < 1e-4
    changed = Structure(structure, Lattice(a, b * factor, c, *rest))
    along_b = simulator.pdf(strain=(0.0, strain, 0.0), **QUICK)[1]
    assert rw(along_b, simulate_pdf(changed, **QUICK)[1]) < 1e-4


@bounded
@given(structures, st.floats(0.3, 1.5), st.floats(12, 30), st.floats(0.0, 0.06))
def test_fq_transforms_to_pdf(structure, q_min, q_max, q_damp):
    simulator = PDFSimulator(structure, r_max=15.0)
    window = {"q_min": q_min, "q_max": q_max, "q_damp": q_damp}
    r, g = simulator.pdf(**window, **QUICK)
    q, f = simulator.fq(q_max=q_max, r_max=15.0)
    assert rw(transform_fq(q, f, r, **window), g) < 1e-2  # F(Q) in steps of pi / (r_max + reach)
    q, s = simulator.sq(q_max=q_max, r_max=15.0)
    assert s == pytest.approx(1 + f[1:] / q)


@bounded
@given(structures, st.floats(0.03, 0.19), st.floats(0, 3))
def test_a_coarse_step_only_leaves_points_out(structure, step, start):
    simulator = PDFSimulator(structure, r_max=15.0)
    r, g = simulator.pdf(r_min=start, r_max=15.0, r_step=step)
    fine, dense = simulator.pdf(r_max=15.0, r_step=0.01)
    assert rw(g, np.interp(r, fine, dense)) < 2e-2


def test_orbits_of_the_reader_change_nothing_but_time():
    structure = fluorite("Ce", "O", 5.411)
    _, before = simulate_pdf(structure, r_max=20.0)
    structure.orbits = np.repeat([0, 1], [4, 8])
    simulator = PDFSimulator(structure, r_max=20.0)
    assert rw(simulator.pdf(r_max=20.0)[1], before) < 1e-9
    # a strain along one axis breaks them
    strained = Structure(structure, Lattice(5.411, 5.411, 5.6, 90, 90, 90))
    _, along_c = simulator.pdf(r_max=20.0, strain=(0, 0, 5.6 / 5.411 - 1))
    assert rw(along_c, simulate_pdf(strained, r_max=20.0)[1]) < 1e-4


@pytest.mark.parametrize("strain", [(0.0, 0.0, 0.02), (0.02, -0.01, 0.0), (0.02, 0.02, -0.01)])
@pytest.mark.parametrize(
    ("structure", "sizes"),
    [
        (rutile("Ti", "O", 4.5937, 2.9587, 0.3053), [2, 4]),
        (perovskite("Sr", "Ti", "O", 3.905), [1, 1, 3]),
        (crystal(5.43, [("Si", F), ("Si", [np.add(p, 0.25) for p in F])]), [8]),
    ],
)
def test_orbits_hold_in_strained_cells_as_far_as_they_are_true(structure, sizes, strain):
    plain = simulate_pdf(structure, strain=strain, **QUICK)[1]
    known = Structure(structure)
    known.orbits = np.repeat(np.arange(len(sizes)), sizes)
    assert rw(simulate_pdf(known, strain=strain, **QUICK)[1], plain) < 1e-5


@pytest.mark.parametrize(
    ("structure", "shell", "number"),
    [
        (crystal(3.524, [("Ni", F)]), (2.0, 3.0), 12),
        (rocksalt("Na", "Na", 5.64), (2.3, 3.3), 6),
        (crystal(2.8665, [("Fe", [(0, 0, 0), (0.5, 0.5, 0.5)])]), (2.1, 3.4), 14),
    ],
)
def test_coordination_numbers(structure, shell, number):
    # without a window to speak of, R(r) = r G + 4 pi rho0 r^2 holds whole peaks
    r, g = simulate_pdf(structure, q_min=0.0, q_max=60.0, q_damp=0.0, u_iso=0.003, r_max=8.0)
    density = len(structure) / structure.lattice.volume
    rdf = r * g + 4 * np.pi * density * r**2
    inside = (r >= shell[0]) & (r <= shell[1])
    assert np.trapezoid(rdf[inside], r[inside]) == pytest.approx(number, rel=0.01)


@pytest.mark.parametrize("radiation", ["xray", "neutron"])
def test_small_r_follows_the_density(radiation):
    structure = perovskite("Sr", "Ti", "O", 3.905)
    density = len(structure) / structure.lattice.volume
    r, g = simulate_pdf(structure, radiation, 0.0, 60.0, q_damp=0.0, r_max=6.0,
                        form_factor="constant")  # fmt: skip
    near = (r > 0.2) & (r < 1.2)
    slope = np.polyfit(r[near], g[near], 1)[0]
    assert slope == pytest.approx(-4 * np.pi * density, rel=0.02)


def ball(structure, diameter):
    """Atoms of the crystal within a sphere around an atom-free point of no symmetry."""
    n = int(diameter / min(structure.lattice.abcABG()[:3])) // 2 + 2
    cells = np.stack(np.meshgrid(*[np.arange(-n, n + 1)] * 3, indexing="ij"), -1).reshape(-1, 3)
    names, positions = [], []
    for atom in structure:
        xyz = structure.lattice.cartesian(cells + atom.xyz - np.array([0.23, 0.31, 0.12]))
        inside = np.linalg.norm(xyz, axis=1) < diameter / 2
        positions.append(xyz[inside])
        names += [atom.element] * int(inside.sum())
    return cluster(names, np.vstack(positions))


def test_shape_function_tends_to_the_cluster():
    structure = rocksalt("Mg", "O", 4.212)
    apart = []
    for diameter in (20.0, 40.0, 60.0):
        whole = {"diameter": diameter, "q_min": 1.0, "r_min": 1.5, "r_max": 18.0, "r_step": 0.05}
        _, shaped = simulate_pdf(structure, **whole)
        _, cut = simulate_pdf(ball(structure, diameter), **{**whole, "diameter": None})
        apart.append(rw(shaped, cut))
    assert apart[2] < apart[1] < apart[0]
    assert apart[2] < 0.06


def test_anisotropic_displacements_matter_and_reduce_to_isotropic_ones():
    structure = rutile("Ti", "O", 4.5937, 2.9587, 0.3053)
    _, isotropic = simulate_pdf(structure, u_iso=0.005, **QUICK)
    assert rw(simulate_pdf(structure, u_iso=None, **QUICK)[1], isotropic) < 1e-6
    for atom in structure:
        atom.anisotropy = True
        atom.U = np.diag([0.002, 0.002, 0.011])
    assert rw(simulate_pdf(structure, u_iso=None, **QUICK)[1], isotropic) > 0.03


def test_u_of_each_element():
    structure = rocksalt("Na", "Cl", 5.64)
    for atom in structure:
        atom.Uisoequiv = 0.004 if atom.element == "Na" else 0.012
    from_structure = simulate_pdf(structure, u_iso=None, form_factor="constant", **QUICK)[1]
    given_ = {"Na+": 0.004, "Cl": 0.012}
    by_element = simulate_pdf(structure, u_iso=given_, form_factor="constant", **QUICK)[1]
    assert rw(by_element, from_structure) < 1e-6


def test_tiny_displacements_and_near_vanishing_widths_stay_exact():
    structure = crystal(3.524, [("Ni", F)])
    # at this q_max a width of 0.001 or of 0.005 angstrom is no width at all
    g = [simulate_pdf(structure, u_iso=u, **QUICK)[1] for u in (1e-7, 1e-8)]
    assert rw(g[1], g[0]) < 1e-3
    near = 0.99 * 3.524**2 / 2
    assert np.isfinite(simulate_pdf(structure, delta2=near, **QUICK)[1]).all()


def test_a_peak_fades_before_delta2_leaves_it_no_width():
    # one pair at 2 angstrom among many at 3
    structure = cluster(
        ["Ar"] * 27, 3.0 * np.stack(np.meshgrid(*[range(3)] * 3), -1).reshape(-1, 3)
    )
    structure[0].xyz_cartn = (0.0, 0.0, 1.0)
    curves = []
    for factor in (2e-4, 1e-5, -1e-5, -2e-4):
        with pytest.warns(RuntimeWarning, match="left out or fade"):
            curves.append(simulate_pdf(structure, delta2=4.0 * (1 - factor), **QUICK)[1])
    assert rw(curves[1], curves[2]) < 1e-3
    assert rw(curves[0], curves[3]) > 1e-3


def test_negative_lengths_and_isotopes():
    heavy = crystal(4.085, [("Li", F), ("D", [(0.5, 0.5, 0.5), (0.5, 0, 0), (0, 0.5, 0),
                                              (0, 0, 0.5)])])  # fmt: skip
    light = Structure(heavy)
    for atom in light:
        atom.element = atom.element.replace("D", "H")
    near = {"q_min": 0.0, "r_min": 1.8, "r_max": 2.3}
    # Li and D have opposite signs, so their first peak points down; Li and H have not
    deuteride = PDFSimulator(heavy, radiation="neutron").partials(**near)
    hydride = PDFSimulator(light, radiation="neutron").partials(**near)
    assert deuteride["2H", "Li"].min() < -1
    assert hydride["H", "Li"].max() > 1
    assert rw(simulate_pdf(heavy)[1], simulate_pdf(light)[1]) < 1e-12


def test_extreme_ranges():
    structure = crystal(2.5, [("C", [(0, 0, 0)])])
    r, g = simulate_pdf(structure, r_min=90.0, r_max=100.0, r_step=0.1)
    assert len(r) == 100
    assert r[-1] == pytest.approx(99.9)
    assert np.abs(g).max() > 1e-3
    simulator = PDFSimulator(structure, r_max=10.0)
    late = simulator.pdf(r_min=90.0, r_max=100.0, r_step=0.1)[1]
    assert rw(late, g) < 1e-6


def test_one_atom_alone_has_no_pairs():
    simulator = PDFSimulator(cluster(["Au"], [(0, 0, 0)]))
    assert simulator.minimum_distance == np.inf
    _, g = simulator.pdf()
    assert not g.any()


def test_two_atoms_are_one_peak():
    r, g = simulate_pdf(cluster(["Au", "Au"], [(0, 0, 0), (0, 0, 2.9)]), q_min=0.0, q_damp=0.0)
    assert r[np.argmax(g)] == pytest.approx(2.9, abs=0.01)
    # the integral of r G is the number of neighbours
    assert 0.01 * (r * g)[100:600].sum() == pytest.approx(1.0, abs=0.03)


def test_periodic_is_read_and_overruled():
    crystal_ = rocksalt("Mg", "O", 4.212)
    molecule = PDFSimulator(crystal_, periodic=False)
    assert not molecule.atoms.periodic
    crystal_.periodic = False
    assert rw(simulate_pdf(crystal_)[1], molecule.pdf()[1]) < 1e-12
    assert PDFSimulator(cluster(["Au"], [(0, 0, 0)])).atoms.periodic is False


def test_alternatives_at_one_place_of_a_cluster_keep_their_own_displacements():
    positions = 2.5 * np.stack(np.meshgrid(*[range(2)] * 3), -1).reshape(-1, 3)
    whole = cluster(["Fe"] * 8, positions)
    split = cluster(["Fe"] * 16, np.vstack([positions, positions]))
    for atom in split:
        atom.occupancy = 0.5
    g = [simulate_pdf(s, u_iso=None, **QUICK)[1] for s in (split, whole)]
    assert rw(*g) < 1e-6


def test_scale_and_damping_are_factors():
    structure = rocksalt("Mg", "O", 4.212)
    r, plain = simulate_pdf(structure, q_damp=0.0, r_max=12.0)
    _, both = simulate_pdf(structure, q_damp=0.05, scale=0.7, r_max=12.0)
    assert both == pytest.approx(0.7 * plain * np.exp(-0.5 * (0.05 * r) ** 2), abs=1e-9)


def test_qbroad_widens_far_peaks_and_qdamp_does_not():
    structure = crystal(3.524, [("Ni", F)])
    window = {"q_min": 0.0, "q_max": 40.0, "q_damp": 0.0, "r_max": 26.0}
    r, plain = simulate_pdf(structure, **window)
    _, broad = simulate_pdf(structure, q_broad=0.05, **window)
    near, far = (r > 2) & (r < 3), (r > 24) & (r < 26)
    assert np.abs(broad[near]).max() > 0.97 * np.abs(plain[near]).max()
    assert np.abs(broad[far]).max() < 0.8 * np.abs(plain[far]).max()


def test_same_input_same_bytes():
    structure = rutile("Ti", "O", 4.5937, 2.9587, 0.3053)
    one = PDFSimulator(structure)
    first = one.pdf(q_max=22.0, u_iso=0.01, **QUICK)[1].tobytes()
    one.pdf(q_max=25.0, u_iso=None, r_max=40.0)
    one.fq()
    fresh = PDFSimulator(structure).pdf(q_max=22.0, u_iso=0.01, **QUICK)[1].tobytes()
    assert fresh == first
