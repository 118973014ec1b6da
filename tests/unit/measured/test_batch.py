"""The measured files by batch: each in one of them, and the same bytes however many there are."""

import importlib.util
import os
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from pdflearn.core import columns
from pdflearn.core.io import load_table, save_arrays, save_table
from pdflearn.identification.sample import fit_arrays, identification_table, parameters_table
from pdflearn.measured.calibration import calibrants_table
from pdflearn.measured.index import readable
from pdflearn.measured.sample_table import read_sample_table
from pdflearn.measured.text import PatternError
from pdflearn.structures.structure import save_structures
from pdflearn.study.study import Study

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "tests" / "data" / "measured"
PUBLIC = ROOT / "resources" / "measured" / "public.csv"
ODD = (b"\xff.gr", b"two\nlines.gr", b'"quoted", <b>.gr')


def script(name):
    place = ROOT / "workflow" / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Measured files as they come, two archives, and names that are no names."""
    folder = tmp_path_factory.mktemp("measured")
    for place in DATA.iterdir():
        if not place.name.startswith("."):
            shutil.copy(place, folder)
    good = sorted(folder.glob("*.gr"))
    with zipfile.ZipFile(folder / "several.zip", "w") as archive:
        for place in good[:5]:
            archive.write(place, f"inside/{place.name}")
        archive.writestr("../out.gr", "1 2")
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 no archive")
    for name in ODD:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(good[0].read_bytes())
    (folder / "nowhere.gr").symlink_to("gone.gr")
    (folder / "endless.gr").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.gr")
    (folder / "samples.csv").write_text("file,sample\ngetx3.gr,one\nbare.gr,two\n")
    return folder


def study_of(folder, batches):
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    config["measured"] |= {"folder": str(folder), "batches": batches}
    return Study(config, ROOT)


def gathered(folder, out, batches):
    """Read every batch and gather them, none of them identified: the bytes of what is left."""
    out.mkdir()
    with zipfile.ZipFile(out / "public.zip", "w") as public:
        for place in sorted(DATA.glob("*.gr")):
            public.write(place, f"package-1.0/{place.name}")
    study = study_of(folder, batches)
    settings = {
        "measured/folder": folder,
        "measured/batches": batches,
        "simulate/grid": study.config["simulate"]["grid"],
        "simulate/ranges/q_damp": study.config["simulate"]["ranges"]["q_damp"],
        "samples": list(study.measured.all_sample_tables()),
        "lookup_folder": "resources/lookup",
    }
    outputs = []
    for number, batch in enumerate(study.batches):
        inputs = SimpleNamespace(
            files=study.measured.files(batch), public=PUBLIC, archive=str(out / "public.zip")
        )
        untracked = study.measured.untracked_files(batch)
        outputs.append(paths(out, (*READ, *IDENTIFIED), f"{batch}_"))
        of_batch = {**settings, "untracked_files": untracked, "batch": number}
        script("read_measured").main(inputs, of_batch, outputs[-1])
        not_identified(outputs[-1])
    together = {name: [getattr(o, name) for o in outputs] for name in (*READ, *IDENTIFIED)}
    together["numbers"] = []
    together["calibrants"] = out / "calibrants.csv"
    save_table(together["calibrants"], calibrants_table([]))
    together["rejected_lookup"] = out / "rejected_lookup.csv"
    together["rejected_lookup"].write_text("file,reason\n", encoding="utf-8")
    results = paths(out, ("index", "rejected", "patterns", *IDENTIFIED))
    script("gather_measured").main(SimpleNamespace(**together), settings, results)
    return [getattr(results, name).read_bytes() for name in ("index", "rejected", "patterns")]


READ = {"index": "csv", "rejected": "csv", "patterns": "npz", "observations": "npz"}
IDENTIFIED = {
    "identification": "parquet", "probabilities": "parquet", "parameters": "parquet",
    "fits": "npz", "structures": "parquet",
}  # fmt: skip


def paths(out, names, prefix=""):
    endings = READ | IDENTIFIED
    return SimpleNamespace(**{name: out / f"{prefix}{name}.{endings[name]}" for name in names})


def not_identified(outputs):
    """What `identify_measured` writes for no file at all."""
    save_table(outputs.identification, identification_table([]))
    save_table(outputs.probabilities, pd.DataFrame(columns=["file", "fcc"]))
    save_table(outputs.parameters, parameters_table([]))
    save_arrays(outputs.fits, **fit_arrays([]))
    save_structures(outputs.structures, {})


def test_every_file_is_read_once_and_the_number_of_batches_changes_no_byte(folder, tmp_path):
    one = gathered(folder, tmp_path / "one", 1)
    assert gathered(folder, tmp_path / "seven", 7) == one
    read = pd.read_csv(tmp_path / "one" / "index.csv")["file"].tolist()
    refused = pd.read_csv(tmp_path / "one" / "rejected.csv")["file"].tolist()
    assert len(set(read)) == len(read)
    assert {"broken.zip", "several.zip/../out.gr"} <= set(refused)
    assert sum(file.startswith("several.zip/inside/") for file in read + refused) == 5
    assert {"\\xff.gr", "two\nlines.gr", '"quoted", <b>.gr'} <= set(read + refused)
    assert {"nowhere.gr", "endless.gr", "pipe.gr"} <= set(refused)
    files = [path for path in folder.iterdir() if path.name not in ("samples.csv", "several.zip")]
    own = [file for file in read + refused if not file.startswith(("package", "several.zip"))]
    assert sorted(own) == sorted(readable(path.name) for path in files)


def test_a_line_of_the_table_concerns_its_files_batch_alone(folder, tmp_path):
    study = study_of(folder, 5)
    before = {batch: study.measured.sample_tables(batch) for batch in study.batches}
    table = folder / "samples.csv"
    kept = table.read_text()
    name = "getx3.gr"
    (home,) = (
        batch for batch in study.batches if str(folder / name) in study.measured.files(batch)
    )
    try:
        table.write_text(kept.replace(f"{name},one", f"{name},another"))
        after = {
            batch: study_of(folder, 5).measured.sample_tables(batch) for batch in study.batches
        }
    finally:
        table.write_text(kept)
    assert [batch for batch in study.batches if before[batch] != after[batch]] == [home]


def test_no_two_files_have_one_name_and_no_line_of_the_table_is_lost(tmp_path):
    folder, good = tmp_path / "measured", (DATA / "bare.gr").read_bytes()
    (folder / "package-1.0").mkdir(parents=True)
    (folder / "package-1.0" / "bare.gr").write_bytes(good)  # as a public one is named
    (folder / "plain.gr").write_bytes(good)
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        for name in ("run1.gr", "run2.gr", "plain.gr"):
            archive.writestr(name, good)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("run2.gr", good)
    lines = ["run1.gr,one,cdse2", "z.zip/run2.gr,two,CdSe", "./plain.gr,p,Si+Ni", "gone.gr,,Ni"]
    (folder / "samples.csv").write_text("\n".join(["file,sample,composition", *lines]) + "\n")
    gathered(folder, tmp_path / "out", 3)
    index = load_table(tmp_path / "out" / "index.csv", columns.MEASURED_INDEX).set_index("file")
    assert index.index.is_unique
    assert index.at["package-1.0/bare.gr", "source"] == "public"
    samples = {
        "z.zip/run1.gr": "one",
        "z.zip/run2.gr": "two",
        "plain.gr": "p",
        "z.zip/plain.gr": "",
    }
    assert {file: index.at[file, "sample"] for file in samples} == samples
    notes = index.loc[index["warnings"].str.contains("no formula"), "warnings"]
    assert list(notes.index) == ["z.zip/run1.gr"]
    assert "'cdse2'" in notes.iloc[0]
    refused = load_table(tmp_path / "out" / "rejected.csv", columns.REJECTED_MEASURED)
    reasons = dict(zip(refused["file"], refused["reason"], strict=True))
    assert list(reasons) == ["package-1.0/bare.gr", "samples.csv", "z.zip/run2.gr"]
    assert "a public file of this name" in reasons["package-1.0/bare.gr"]
    assert "'gone.gr'" in reasons["samples.csv"]
    assert "several members of this name" in reasons["z.zip/run2.gr"]


def test_a_table_that_is_a_broken_link_is_the_jobs_to_tell(tmp_path):
    (tmp_path / "samples.csv").symlink_to("gone.csv")
    study = study_of(tmp_path, 2)
    assert list(study.measured.sample_tables("000")) == list(study.measured.all_sample_tables())
    with pytest.raises(PatternError, match=r"samples.csv: the file does not exist"):
        read_sample_table(tmp_path)


def test_a_line_about_a_member_of_an_archive_concerns_every_batch(tmp_path):
    for name in ("z.zip", "a.gr", "b.gr"):
        (tmp_path / name).touch()
    table = tmp_path / "samples.csv"

    def changed(line):
        kept = "file,sample\nrun/a.gr,one\na.gr,two\n"
        table.write_text(kept)
        before = {
            batch: study_of(tmp_path, 3).measured.sample_tables(batch)
            for batch in ("000", "001", "002")
        }
        table.write_text(kept.replace(line, f"{line} more"))
        return sum(
            study_of(tmp_path, 3).measured.sample_tables(batch) != old
            for batch, old in before.items()
        )

    assert changed("run/a.gr,one") == 3
    assert changed("a.gr,two") == 1
