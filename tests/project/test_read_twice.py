"""A structure that stands in several shards counts once, whatever the number of shards."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from pdflearn.identification import catalogue
from pdflearn.structures import particles
from pdflearn.structures.structure import identity, load_structures
from pdflearn.study import sharding

ROOT = Path(__file__).parents[2]
CONFIG = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
LIBRARY = str(ROOT / "resources" / "library")
NICKEL = (ROOT / "tests" / "data" / "study" / "Ni_fcc.cif").read_text()
GRID = {"r_min": 1.0, "r_max": 12.0, "r_step": 0.1}
PARTS = ("development", "vault")


def script(name):
    spec = importlib.util.spec_from_file_location(
        name, ROOT / "workflow" / "scripts" / f"{name}.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


class SmallStudy:
    """The stages from structures to dataset and templates, in a folder of their own."""

    def __init__(self, folder, files, shards):
        self.folder = folder
        self.numbers = range(shards)
        self.settings = {
            **CONFIG["structures"], "library": LIBRARY, "folder": str(files), "shards": shards,
            "types": ["fcc", "bcc"], "compounds_per_type": {"min": 4, "max": 5}, "hypothetical": 0,
        }  # fmt: skip
        simulation = {
            **CONFIG["simulate"], "grid": GRID, "draws": {"xray": 2, "neutron": 0}, "stress": {},
        }  # fmt: skip
        folder.mkdir()
        for number in self.numbers:
            own = [
                str(path)
                for path in sorted(files.rglob("*.cif"))
                if sharding.shard_of(path.relative_to(files).as_posix(), shards) == number
            ]
            shard, rows = self.all("shard{}.parquet")[number], self.all("rows{}.parquet")[number]
            script("read_structures")(number, own, self.settings, 1, shard, rows)
            script("simulate")(
                shard, rows, {"seed": 1, "simulate": simulation},
                *(self.all(name)[number] for name in (
                    "{}.npz", "{}.parquet", "refused{}.csv", "contrasts{}.parquet",
                )),
            )  # fmt: skip
        owners = self.one("shard_map.parquet")
        script("gather_structures")(
            self.all("rows{}.parquet"), self.one("m.parquet"), self.one("r.csv"), owners
        )
        split = {**CONFIG["split"], "folds": 2, "min_groups": 3}
        script("split")(
            self.one("m.parquet"), owners, self.all("{}.npz"), {"seed": 1, "split": split},
            self.one("split.csv"), self.one("leakage.csv"),
        )  # fmt: skip
        for part in PARTS:
            script("assemble")(
                {
                    "split": self.one("split.csv"), "shard_map": owners,
                    "patterns": self.all("{}.npz"), "index": self.all("{}.parquet"),
                    "contrasts": self.all("contrasts{}.parquet"),
                },
                part, 0.2,
                {"patterns": self.one(f"{part}.npy"), "index": self.one(f"{part}.parquet")},
            )  # fmt: skip
        for number in self.numbers:
            script("simulate_references")(
                self.all("shard{}.parquet")[number], number, self.one("m.parquet"), owners,
                GRID, self.all("templates{}.npz")[number],
            )  # fmt: skip

    def one(self, name):
        return str(self.folder / name)

    def all(self, pattern):
        return [self.one(pattern.format(number)) for number in self.numbers]

    def dataset(self):
        names = [f"{part}.{ending}" for part in PARTS for ending in ("npy", "parquet")]
        names += ["m.parquet", "split.csv", "leakage.csv"]
        return {name: (self.folder / name).read_bytes() for name in names}


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("twice")
    files = folder / "files"
    # In the other order of names, so that the one that counts is not always in the first shard.
    for place in ("fcc/one.cif", "fcc/two.cif", "three.cif", "zz/four.cif"):
        (files / place).parent.mkdir(parents=True, exist_ok=True)
        (files / place).write_text(NICKEL)
    return {shards: SmallStudy(folder / str(shards), files, shards) for shards in (1, 3)}


def test_the_dataset_is_the_same_whatever_the_shards(studies):
    read = [load_structures(shard) for shard in studies[3].all("shard{}.parquet")]
    several = [name for one in read for name in one]
    assert len(several) > len(set(several))  # the structure does stand in two of them
    assert studies[3].dataset() == studies[1].dataset()


def test_a_structure_that_was_read_twice_is_drawn_once(studies):
    for part in PARTS:
        index = pd.read_parquet(studies[3].one(f"{part}.parquet"))
        assert (index.groupby("id").size() == 2).all()  # draws
        assert not index.duplicated(["id", "radiation", "condition", "draw"]).any()


def test_measured_curves_are_compared_with_it_once(studies, tmp_path):
    study = studies[3]
    manifest = pd.read_parquet(study.one("m.parquet"))
    aside = [str(tmp_path / name) for name in ("shard.parquet", "m.parquet", "templates.npz")]
    again = manifest.loc[manifest["origin"] == "real", "file"].iloc[0]
    script("build_references")(LIBRARY, [again], False, GRID, *aside)
    endings = ("table.parquet", "xray.npy", "neutron.npy", "types.json")
    files = catalogue.CatalogueFiles(*(tmp_path / ending for ending in endings))
    catalogue.gather_catalogue(
        [manifest, pd.read_parquet(aside[1])],
        [*study.all("templates{}.npz"), aside[2]],
        [*study.all("shard{}.parquet"), aside[0]],
        pd.read_parquet(study.one("development.parquet")),
        "visible_type",
        files,
    )
    known = catalogue.load_catalogue(files)
    assert sorted(known.references.ids) == sorted(manifest["id"])
    assert {len(curves) for curves in known.references.curves.values()} == {len(manifest)}
    for structure_id in manifest["id"]:
        assert identity(known.load(structure_id)) == structure_id
        curve = known.references.curves["xray"][list(known.references.ids).index(structure_id)]
        assert np.isfinite(curve).all()


def test_particles_stand_among_what_curves_are_compared_with(tmp_path, monkeypatch):
    few = particles.particles()[:3]
    monkeypatch.setattr(particles, "particles", lambda: few)
    files = [str(tmp_path / name) for name in ("shard.parquet", "m.parquet", "curves.npz")]
    script("build_references")(LIBRARY, [], True, GRID, *files)
    rows = pd.read_parquet(files[1])
    assert list(rows["name"]) == [one.name for one in few]
    assert set(rows["origin"]) == {"cluster"}
    assert set(load_structures(files[0])) == set(rows["id"])
    with np.load(files[2]) as curves:
        shapes = {name: curves[name].shape for name in curves if curves[name].ndim == 2}
    assert {shape[0] for shape in shapes.values()} == {3}
