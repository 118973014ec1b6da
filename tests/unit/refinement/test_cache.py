"""A fit from a kept solution is the one that was searched for, and no other is taken for it."""

from dataclasses import fields, replace

import numpy as np
import pytest
from crystals import FCC, fcc, rutile

from pdflearn.measured.observation import Observation
from pdflearn.refinement import cache
from pdflearn.refinement.cache import Solution, Solutions, fit_key
from pdflearn.refinement.phase import Phase, PhaseParameters
from pdflearn.refinement.refinement import refine
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.modes import symmetric_modes
from pdflearn.structures.structure import make_structure


def phases(name):
    """Made anew for every refinement, as each run does."""
    metal = Phase(fcc(), crystal_system="cubic")
    oxide = Phase(rutile(), crystal_system="tetragonal", modes=symmetric_modes(rutile()))
    return {"metal": [metal], "oxide": [oxide], "both": [metal, oxide]}[name]


@pytest.fixture(scope="module")
def observation():
    curves = [
        simulate_pdf(structure, diameter=diameter, r_min=1.6, r_max=20.0, r_step=0.06)
        for structure, diameter in ((fcc(a=3.56), None), (rutile(x=0.31), 8.0))
    ]
    noise = np.random.default_rng(0).normal(size=len(curves[0][0]))
    return Observation(curves[0][0], 0.2 * curves[0][1] + curves[1][1] + 0.1 * noise, q_damp=None)


def content(fit):
    """All of a fit, to the last bit."""
    return [
        [(structures.lattice.abcABG(), structures.xyz.tolist(), structures.Uisoequiv.tolist())
         for structures in fit.structures],
        fit.calculated.tobytes(), np.array(fit.partials).tobytes(), fit.rw.hex(),
        [(name, p.value.hex(), p.stderr.hex()) for name, p in fit.parameters.items()],
        [share.hex() for share in fit.fractions],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "full"), [("metal", False), ("metal", True), ("oxide", True), ("both", False)]
)
def test_a_fit_from_a_kept_solution_is_the_same_to_the_last_bit(observation, tmp_path, name, full):
    alone = refine(observation, phases(name), full=full)
    first = Solutions()
    found = refine(observation, phases(name), full=full, solutions=first)
    assert first.new == len(first.used) == 1  # the quick fit within a full one is not asked for
    first.save(tmp_path / "file", "origin")
    again = Solutions.load(tmp_path / "file", "origin")
    taken = refine(observation, phases(name), full=full, solutions=again)
    assert again.new == 0
    assert content(alone) == content(found) == content(taken)


def test_a_fit_does_not_depend_on_what_its_phase_was_asked_before(observation):
    """Of a strained cell the simulator keeps the pairs of the largest particle it was asked for."""
    known = Solutions()
    new = refine(observation, phases("oxide"), full=False, solutions=known)
    (solution,) = known.used.values()
    used = phases("oxide")
    strain = solution.values[:2] * 0.01
    params = PhaseParameters(strain, np.zeros(1), np.full(2, 0.01), 1.0, 0.02)
    used[0].curve(params, 0.03, observation)
    old = refine(observation, used, full=False, solutions=known)
    assert known.new == 1
    assert content(old) == content(new)


def test_a_full_fit_begins_where_a_quick_one_ended(observation):
    known = Solutions()
    refine(observation, phases("metal"), full=False, solutions=known)
    refine(observation, phases("metal"), full=True, solutions=known)
    assert known.new == 2


def test_whatever_a_refinement_follows_from_is_part_of_its_name(observation):
    def name(seen=observation, structure=None, useful=np.inf, full=True, **other):
        known = {"crystal_system": "cubic", "name": "Ni", **other}
        return fit_key(seen, [Phase(structure or fcc(), **known)], useful, full=full)

    moved = FCC + 1e-12 * np.eye(4, 3)
    others = [
        name(structure=fcc(a=3.52 + 1e-12)),
        name(structure=fcc("Co")),
        name(structure=fcc(occupancy=[1 - 1e-12] * 4)),
        name(structure=make_structure((3.52, 3.52, 3.52, 90, 90, 90), ["Ni"] * 4, moved)),
        name(stretch=1.0 + 1e-12),
        name(radiation="neutron"),
        name(crystal_system="tetragonal"),
        name(modes=np.zeros((1, 4, 3))),
        name(modes=np.full((1, 4, 3), 1e-12)),
        name(useful=0.5),
        name(full=False),
    ]
    for field in fields(Observation):
        value = getattr(observation, field.name)
        if isinstance(value, np.ndarray):
            value = value * (1 + np.finfo(float).eps)
        elif isinstance(value, float):
            value += 1e-12
        else:
            value = {"xray": "neutron", None: 0.03, (): ("a note",)}[value]
        others.append(name(replace(observation, **{field.name: value})))
    assert len({name(), *others}) == 1 + len(others)
    assert name() == name()


KEPT = {
    "a": Solution(np.array([0.1, -0.0, 1e-300]), np.array([np.nan, 0.2, np.inf, 3.0])),
    "b": Solution(np.array([1 / 3]), np.array([2 / 3, 5e-324])),
}


@pytest.fixture
def file(tmp_path):
    found = Solutions()
    for key, solution in KEPT.items():
        found.get(key, lambda solution=solution: solution)
    found.save(tmp_path / "file", "origin")
    return tmp_path / "file"


def known_in(file, origin="origin"):
    """Which solutions a file gives, each to the last bit."""
    found, given = Solutions.load(file, origin), []
    for key, kept in KEPT.items():
        solution = found.get(key, lambda: None)
        if solution is not None:
            assert solution.values.tobytes() == kept.values.tobytes()
            assert solution.errors.tobytes() == kept.errors.tobytes()
            given.append(key)
    return given


def test_solutions_come_back_for_the_same_origin_alone(file):
    assert known_in(file) == ["a", "b"]
    assert known_in(file, "another") == []


def test_what_a_run_did_not_ask_for_is_not_kept(file):
    found = Solutions.load(file, "origin")
    found.get("b", lambda: None)
    found.save(file, "origin")
    assert known_in(file) == ["b"]


def test_no_damage_of_a_file_reaches_a_result(file):
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place])
        assert known_in(file) == []
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert known_in(file) == []
    file.write_bytes(b"\xff\xfe")
    assert known_in(file) == []
    file.unlink()
    assert known_in(file) == []
    file.mkdir()
    assert known_in(file) == []


def test_other_code_and_other_packages_are_another_origin(monkeypatch):
    here = cache.origin()
    assert here == cache.origin()
    with monkeypatch.context() as patch:
        patch.setattr(cache.metadata, "distributions", list)
        assert cache.origin() != here
    with monkeypatch.context() as patch:
        patch.setattr(cache.codehash, "code_hash", lambda script: script.name)
        assert cache.origin() != here


def test_what_another_fit_asked_for_is_kept_only_where_it_was_asked_for_itself():
    solution = Solution(np.zeros(2), np.zeros(3))
    solutions = Solutions()

    def outer():
        solutions.get("inner", lambda: solution)
        return solution

    solutions.get("outer", outer)
    assert (list(solutions.used), solutions.new) == (["outer"], 1)
    solutions.get("inner", pytest.fail)
    assert (sorted(solutions.used), solutions.new) == (["inner", "outer"], 2)
    with pytest.raises(ValueError, match="no fit"):
        solutions.get("fails", _fails)
    solutions.get("later", lambda: solution)
    assert "later" in solutions.used


def _fails():
    raise ValueError("no fit")
