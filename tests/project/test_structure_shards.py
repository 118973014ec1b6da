"""The stage of structures: compounds, clusters and the user's files, divided into shards."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest
import yaml

from pdflearn.dataset import collection
from pdflearn.structures import library, structure
from pdflearn.study import sharding, study

ROOT = Path(__file__).parents[2]
NICKEL = (ROOT / "tests" / "data" / "study" / "Ni_fcc.cif").read_text()


def script(name):
    spec = importlib.util.spec_from_file_location(
        name, ROOT / "workflow" / "scripts" / f"{name}.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def config(**structures):
    whole = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    whole["structures"] |= {
        "library": str(ROOT / "resources" / "library"),
        "folder": "",
        "hypothetical": 0,
    }
    whole["structures"] |= structures
    return whole


def run(tmp_path, shards, files=(), seed=1, **structures):
    settings = config(shards=shards, **structures)["structures"]
    rows = []
    for number in range(shards):
        out = [str(tmp_path / f"{name}{number}.parquet") for name in ("shard", "rows")]
        own = [str(path) for path in files] if number == 0 else []
        script("read_structures").main(number, own, settings, seed, *out)
        rows.append(out[1])
    out = [str(tmp_path / name) for name in ("m.parquet", "r.csv", "shard_map.parquet")]
    script("gather_structures").main(rows, *out)
    return pd.read_parquet(tmp_path / "m.parquet"), pd.read_csv(tmp_path / "r.csv")


def test_hypothetical_compounds_stand_beside_real_ones_whatever_the_shards(tmp_path):
    given = {
        "types": ["rocksalt", "L1_2", "NiAs"],
        "compounds_per_type": {"min": 1, "max": 4},
        "hypothetical": 6,
    }
    one, refused = run(tmp_path, 1, **given)
    assert len(refused) == 0
    assert one.groupby(["structure_type", "origin"]).size().to_dict() == {
        (kind, origin): n for kind in given["types"] for origin, n in
        (("real", 4), ("hypothetical", 6))
    }  # fmt: skip
    assert set(one.loc[one["structure_type"] == "rocksalt", "space_group_number"]) == {225}
    three, _ = run(tmp_path, 3, **given)
    pd.testing.assert_frame_equal(one, three)
    other, _ = run(tmp_path, 1, seed=2, **given)
    made = one["origin"] == "hypothetical"
    assert set(one.loc[~made, "id"]) < set(other["id"])
    assert set(one.loc[made, "id"]).isdisjoint(other["id"])


def test_hypothetical_compounds_follow_from_all_rows_of_their_type():
    settings = config(
        types=["L1_2"], compounds_per_type={"min": 1, "max": 2}, hypothetical=3, shards=4
    )["structures"]
    few = sharding.library_shards(settings)
    many = sharding.library_shards(settings | {"compounds_per_type": {"min": 1, "max": 20}})
    assert [part.hypothetical for part in few] == [part.hypothetical for part in many]
    assert sum(len(part.hypothetical) for part in few) == 1
    assert sum(len(part.hypothetical) for part in sharding.library_shards(
        settings | {"hypothetical": 0})) == 0  # fmt: skip


def test_what_is_not_learned_from_is_kept_for_looking_up():
    settings = config(compounds_per_type={"min": 4, "max": 24}, hypothetical=3, shards=4)[
        "structures"
    ]
    tables = library.load_library(settings["library"]).compounds["structure_type"]
    parts = sharding.library_shards(settings)
    learned = {name for part in parts for name in part.compounds}
    lookup = {name for part in parts for name in part.lookup}
    assert learned.isdisjoint(lookup)
    assert learned | lookup == set(tables.index)
    types = {tables[name] for name in lookup}
    assert {"anatase", "quartz", "cuprite"} <= types - {tables[name] for name in learned}
    assert "fluorite" in types  # of which the library has more than 24
    rare = {kind for part in parts for kind in part.rare}
    assert rare == types - {tables[name] for name in learned}
    chosen = sharding.library_shards(settings | {"types": ["anatase"]})
    assert not any(part.lookup for part in chosen)


def test_clusters_are_families_by_geometry(tmp_path):
    wanted = {
        "shapes": ["octahedron", "bcc"],
        "metals": ["Al", "Au"],
        "n_atoms": {"min": 5, "max": 60},
    }
    given = {"library": "", "clusters": {**wanted, "max_geometries": 5}}
    one, refused = run(tmp_path, 1, **given)
    assert len(refused) == 0
    assert one.groupby("structure_type")["family"].nunique().to_dict() == {
        "bcc": 5, "octahedron": 5,
    }  # fmt: skip
    assert (one.groupby("family")["formula"].nunique() == 2).all()
    assert set(one["structure_kind"]) == {"cluster"}
    two, _ = run(tmp_path, 2, **given)
    pd.testing.assert_frame_equal(one, two)


def test_bad_files_are_rows_and_labels_win(tmp_path):
    folder = tmp_path / "files"
    for place in ("fcc/a.cif", "twin.cif", "-rf <b>'q\" {x}\n.cif", "bad.cif"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(NICKEL)
    (folder / "-rf <b>'q\" {x}\n.cif").write_text(NICKEL.replace("3.52", "3.60"))
    (folder / "bad.cif").write_text("nothing")
    (folder / "labels.csv").write_text("file,family,crystal_system\nfcc/a.cif,mine,odd\n")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    files = sorted(path for path in before if path.suffix == ".cif")
    found, refused = run(tmp_path, 1, files, library="", folder=str(folder))
    assert refused["file"].tolist() == ["bad.cif"]
    assert set(found["file"]) == {"fcc/a.cif", "-rf <b>'q\" {x}\n.cif"}
    row = found.set_index("file").loc["fcc/a.cif"]
    assert (row["structure_type"], row["family"], row["crystal_system"]) == ("fcc", "mine", "odd")
    assert {path: path.read_bytes() for path in before} == before


def test_a_shard_of_bad_files_alone_is_simulated_to_nothing(tmp_path):
    (tmp_path / "bad.cif").write_text("nothing")
    whole = config(library="", folder=str(tmp_path), shards=1)
    shard, rows, *out = (
        str(tmp_path / name)
        for name in ("s.parquet", "rows.parquet", "p.npz", "i.parquet", "refused.csv", "c.parquet")
    )
    script("read_structures").main(
        0, [str(tmp_path / "bad.cif")], whole["structures"], 1, shard, rows
    )
    script("simulate").main(shard, rows, {"seed": 1, "simulate": whole["simulate"]}, *out)
    assert len(pd.read_parquet(rows)) == 1
    assert len(pd.read_parquet(out[1])) == 0


def test_a_wrong_row_of_the_library_is_a_row(tmp_path):
    library = tmp_path / "library"
    library.mkdir()
    for path in (ROOT / "resources" / "library").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        if path.name == "compounds.csv":
            text = text.replace(
                "NaCl rocksalt,NaCl,rocksalt,Na Cl,5.", "NaCl rocksalt,NaCl,rocksalt,Na Cl,0."
            )
        (library / path.name).write_text(text, encoding="utf-8")  # fmt: skip
    given = {"types": ["rocksalt"], "compounds_per_type": {"min": 1, "max": 999}}
    found, refused = run(tmp_path, 1, library=str(library), **given)
    assert refused["file"].tolist() == ["NaCl rocksalt"]
    assert "check the cell" in refused["reason"][0]
    assert len(found) > 40


def test_names_that_snakemake_cannot_take_reach_the_job_as_a_parameter(tmp_path):
    odd = ["<b>.cif", "{x}.cif", "n\nl.cif"]
    for name in [*odd, "a b'\"#%.cif", "-rf.cif", "POSCAR_Ni"]:
        (tmp_path / name).write_text(NICKEL)
    own = study.Study(config(folder=str(tmp_path), shards=1))
    assert [Path(path).name for path in own.structures.files("000")] == [
        "-rf.cif", "POSCAR_Ni", "a b'\"#%.cif",
    ]  # fmt: skip
    first = own.structures.untracked_files("000")
    assert sorted(Path(path).name for path in first) == sorted(odd)
    before = own.structures.digest("000")
    (tmp_path / "<b>.cif").write_text(NICKEL + "#")
    after = study.Study(config(folder=str(tmp_path), shards=1))
    assert after.structures.digest("000") != before


@pytest.mark.parametrize("name", ["quick", "nanoparticles", "full"])
def test_the_other_studies_are_valid(name):
    whole = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    changes = yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text())

    def lay(below, over):
        both = isinstance(below, dict) and isinstance(over, dict)
        if not both:
            return over
        return {**below, **{key: lay(below.get(key), value) for key, value in over.items()}}

    study.Study(lay(whole, changes))


def test_a_line_of_labels_about_no_file_is_a_row_of_its_own(tmp_path):
    folder = tmp_path / "mine"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "Ni.cif").write_text(NICKEL)
    lines = ["./Ni.cif,fcc", "Nickel.cif,fcc", "gone.cif,bcc", ","]
    (folder / "deep" / "labels.csv").write_text("\n".join(["file,structure_type", *lines]) + "\n")
    given = {"library": "", "folder": str(folder), "types": []}
    table, rejected = run(tmp_path, 3, [folder / "deep" / "Ni.cif"], **given)
    assert list(table["structure_type"]) == ["fcc"]
    assert list(rejected["file"]) == ["deep/Nickel.cif", "deep/gone.cif"]
    assert rejected["reason"].str.contains("labels.csv names this file").all()


@pytest.mark.parametrize("name", ["/data/x.cif", "../x.cif"])
def test_labels_speak_of_files_in_their_folder_alone(tmp_path, name):
    (tmp_path / "labels.csv").write_text(f"file,structure_type\n{name},fcc\n")
    with pytest.raises(structure.StructureError, match=r"labels.csv: .* is not below"):
        collection.user_labels(tmp_path)


def test_a_study_without_any_structure_says_what_to_do(tmp_path):
    with pytest.raises(structure.StructureError, match="no structure to learn from.*library"):
        run(tmp_path, shards=2, library="")
