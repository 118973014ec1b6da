"""The user's own structures: read, named by type, and tried."""

from dataclasses import replace
from pathlib import Path

import pytest
from crystals import rocksalt
from identification_cases import GRID, LIBRARY, even_probabilities, measured

from pdflearn.identification.candidates import choose_candidates
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.lookup import read_lookup, read_own, recognise
from pdflearn.identification.request import Request
from pdflearn.identification.results import answer_sample, ranked_rows
from pdflearn.measured.samples import MeasuredSample
from pdflearn.structures.structure import describe

DATA = Path(__file__).parents[2] / "data" / "study" / "Ni_fcc.cif"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Nickel, a garnet that the catalogue lacks, and a file that holds nothing."""
    folder = tmp_path_factory.mktemp("lookup")
    (folder / "mine.cif").write_bytes(DATA.read_bytes())
    garnet = LIBRARY.compounds.index[LIBRARY.compounds["structure_type"] == "garnet"][0]
    (folder / "stone").mkdir()
    (folder / "stone" / "red.cif").write_text(LIBRARY.build(garnet).writeStr("cif"))
    (folder / "empty.cif").write_text("data_nothing\n")
    return folder


@pytest.fixture(scope="module")
def own(folder):
    files = [str(folder / name) for name in ("empty.cif", "mine.cif", "stone/red.cif")]
    return read_lookup(files, str(folder), LIBRARY)


@pytest.fixture(scope="module")
def extended(catalogue, own):
    return catalogue.with_structures(own, GRID)


def test_files_get_their_types_from_the_folder_or_the_library(own):
    types = {row["file"]: row["structure_type"] for row in own.rows}
    assert types == {"mine.cif": "fcc", "stone/red.cif": "stone"}
    assert [row["file"] for row in own.rejected] == ["empty.cif"]


@pytest.mark.parametrize("name", ["CuCl zincblende", "FeNi L1_0", "Fe bcc"])
def test_a_type_is_recognised_with_other_elements(name):
    """A compound of the library is recognised where its own row is left out."""
    others = replace(LIBRARY, compounds=LIBRARY.compounds.drop(index=name))
    structure = LIBRARY.build(name)
    assert recognise(structure, describe(structure), others) == name.split()[1]


def test_a_file_without_a_type_stands_for_its_own(tmp_path):
    path = tmp_path / "a+b.xyz"
    path.write_text("3\n\nAu 0 0 0\nAu 2.9 0 0\nAu 0 2.9 0\n")
    (row,) = read_own([(str(path), "a+b.xyz")], LIBRARY).rows
    assert row["structure_type"] == "a_b"  # "a+b" would be a mixture
    assert recognise(rocksalt("Mg", "O"), {"space_group_number": 1}, LIBRARY) == ""


def test_a_line_about_a_file_that_is_not_there_is_told(tmp_path):
    (tmp_path / "labels.csv").write_text("file,structure_type\ngone.cif,fcc\n")
    (row,) = read_lookup([], str(tmp_path), LIBRARY).rejected
    assert row["file"] == "gone.cif"


def test_structures_given_twice_are_known_once(extended, own):
    again = extended.with_structures(own, GRID)
    assert list(again.structures.index) == list(extended.structures.index)
    assert list(again.references.ids) == list(extended.references.ids)
    assert {len(rows) for rows in again.references.curves.values()} == {len(again.references.ids)}


def test_the_answer_names_the_file_of_the_type(copper, extended, even):
    sample = MeasuredSample("Cu.gr", radiation="xray", observation=copper)
    first, *_ = ranked_rows(sample, answer_sample(sample, even, extended), 3)
    assert (first["structure_type"], first["structure_file"]) == ("fcc", "mine.cif")


def test_a_type_with_one_member_that_no_model_learned_is_told(extended, even):
    garnet = LIBRARY.compounds.index[LIBRARY.compounds["structure_type"] == "garnet"][0]
    observation = measured((garnet, 1.0))
    sample = MeasuredSample("red.gr", radiation="xray", observation=observation)
    answer = answer_sample(sample, even, extended)
    assert answer.verdict == "accepted"
    assert answer.ranked[0].files == "stone/red.cif"


def test_what_is_asked_for_is_tried_whatever_it_looks_like(copper, extended, even):
    request = Request(structures=("red.cif",))  # the name alone is enough
    candidates = choose_candidates(copper, even, extended, request)
    assert candidates[0].file == "stone/red.cif"
    assert len(candidates) > 3
    alone = choose_candidates(copper, even, extended, replace(request, only=True))
    assert [candidate.file for candidate in alone] == ["stone/red.cif"]


def test_only_what_is_named_is_tried_and_what_is_not_there_is_told(copper, extended, even):
    sample = MeasuredSample(
        "Cu.gr", radiation="xray", observation=copper, structure="mine.cif gone.cif", only=True
    )
    answer = answer_sample(sample, even, extended)
    assert {item.files for item in answer.ranked} == {"mine.cif"}
    assert "No structure was read from gone.cif" in answer.reason
    assert answer.reason.endswith("Only the named structures were tried.")


def test_own_structures_need_no_study(copper, own):
    catalogue = Catalogue.of_structures(own, GRID)
    sample = MeasuredSample("Cu.gr", radiation="xray", observation=copper)
    answer = answer_sample(sample, {}, catalogue)
    assert (answer.verdict, answer.ranked[0].files) == ("accepted", "mine.cif")
    assert even_probabilities(catalogue) == {"fcc": 0.5, "stone": 0.5}
