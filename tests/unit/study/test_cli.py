"""The command: its help, what it imports for that, and its exit status."""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from pdflearn.core.provenance import file_hash
from pdflearn.study import cli, command_identify, terminal

COMMANDS = ["identify", "watch", "refine", "simulate", "export", "verify", "info"]
DATA = Path(__file__).parents[2] / "data" / "study"
SCHEMA = Path(__file__).parents[3] / "workflow" / "schemas" / "command.schema.json"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a measured file and a structure whose names hold spaces and more."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(DATA / "nickel.gr", "run 7 <b>.gr")
    shutil.copy(DATA / "Ni_fcc.cif", "my Ni.cif")
    return tmp_path


@pytest.fixture
def studied(small_study, monkeypatch):
    """The command finds a small study, wherever it looks."""
    monkeypatch.setattr(command_identify, "load_study", lambda results: small_study)


def document(capsys):
    """What was printed, as JSON that the schema allows."""
    printed = json.loads(capsys.readouterr().out)
    jsonschema.validate(printed, json.loads(SCHEMA.read_text()))
    return printed


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(command, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    assert f"  pdflearn {command}" in capsys.readouterr().out


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom pdflearn.study import cli\ncli.make_parser().format_help()\n"
        "print([name for name in ('numpy', 'pandas', 'sklearn') if name in sys.modules])"
    )
    called = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert called.stdout == "[]\n", called.stderr


def test_identifying_imports_nothing_heavy():
    heavy = ("sklearn", "skops", "matplotlib", "snakemake", "ase")
    heavy += ("scipy.optimize", "scipy.signal", "scipy.stats")
    code = (
        "import sys, pdflearn.study.asked, pdflearn.study.command_identify\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    called = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert called.stdout == "[]\n", called.stderr


def test_the_package_is_the_command():
    call = [sys.executable, "-m", "pdflearn", "verify", "no/such/record.json"]
    called = subprocess.run(call, capture_output=True, text=True)
    assert called.returncode == 2
    assert "no/such/record.json is no record of a run" in called.stdout


def test_verify_compares_hashes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("a\n")
    files = {"a.csv": file_hash(tmp_path / "a.csv")}
    (tmp_path / "record.json").write_text(
        json.dumps({"inputs": {"measured": files}, "results": {}})
    )
    assert cli.main(["verify", "record.json"]) == 0
    (tmp_path / "a.csv").write_text("b\n")
    assert cli.main(["verify", "record.json"]) == 1
    assert "a.csv: differs (measured)" in capsys.readouterr().out
    assert cli.main(["verify", "record.json", "--json"]) == 1
    assert document(capsys)["differences"] == ["a.csv: differs (measured)"]


def test_identify_without_a_study_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["identify", "a.gr"]) == 2
    words = capsys.readouterr().err
    assert words == "identify: results/provenance.json is missing: run the study first (make run)\n"


def test_own_structures_are_tried_without_a_study(tmp_path, monkeypatch, capsys):
    data = Path(__file__).parents[2] / "data" / "study"
    for name in ("nickel.gr", "Ni_fcc.cif"):
        (tmp_path / name).write_bytes((data / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    files = ["identify", "nickel.gr", "--only", "--out", "here", "--structure"]
    assert cli.main([*files, "Ni_fcc.cif", "none.cif"]) == 1
    words = capsys.readouterr().out
    assert "nickel.gr: accepted. Ni_fcc.cif fits" in words
    assert "not used: none.cif" in words
    assert "Ni_fcc.cif" in (tmp_path / "here" / "identification.csv").read_text()
    assert cli.main([*files, "none.cif"]) == 2
    assert "none of the structures can be used: none.cif" in capsys.readouterr().err
    assert cli.main(files[:3]) == 2
    assert "name at least one" in capsys.readouterr().err


def test_identify_prints_json_and_writes_tables(studied, here, capsys):
    words = ["identify", "run 7 <b>.gr", "none.gr", "--json", "--curves", "--out", "answers"]
    assert cli.main([*words, "--elements", "Ni"]) == 1
    printed = document(capsys)
    (sample,) = printed["samples"]
    assert (sample["file"], sample["verdict"]) == ("run 7 <b>.gr", "accepted")
    assert len(sample["curves"]["r"]) == len(sample["curves"]["difference"])
    assert [row["file"] for row in printed["rejected"]] == ["none.gr"]
    assert (here / "answers" / "identification.csv").is_file()
    assert len(list((here / "answers" / "structures").iterdir())) == 4


def test_identify_reads_folders_and_standard_input(studied, here, capsys, monkeypatch):
    (here / "day").mkdir()
    shutil.copy(DATA / "nickel.gr", "day/a.gr")
    stdin = io.TextIOWrapper(io.BytesIO((DATA / "nickel.gr").read_bytes()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert cli.main(["identify", "day", "-", "--out", "out", "--range", "1.8", "9"]) == 0
    printed = capsys.readouterr().out
    assert "day/a.gr: accepted. " in printed
    assert "stdin: accepted. " in printed
    assert "to 9 A" in printed
    assert "\x1b" not in printed


def test_strict_tells_scripts_that_an_answer_is_not_accepted(studied, here, capsys):
    rows = [f"{12 + k / 20} {k * 7919 % 101 - 50}" for k in range(400)]
    (here / "far.gr").write_text("\n".join(rows))
    words = ["identify", "far.gr", "--out", "out", "--range", "2", "10"]
    assert cli.main(words) == 0
    assert "far.gr: none of these. " in capsys.readouterr().out
    assert cli.main([*words, "--strict"]) == 3


def test_refine_prints_writes_and_tells_what_failed(here, capsys):
    words = ["refine", "run 7 <b>.gr", "--structure", "my Ni.cif", "--range", "1.8", "12"]
    assert cli.main(words) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("run 7 <b>.gr: Rw 0.")
    assert "my Ni.cif" in printed
    more = ["--json", "--plot", "--out", "fits", "--q-damp", "0.03"]
    assert cli.main([*words, *more]) == 0
    (fit,) = document(capsys)["fits"]
    (q_damp,) = (p for p in fit["parameters"] if p["parameter"] == "q_damp")
    assert (q_damp["value"], q_damp["vary"]) == (0.03, False)
    assert fit["r_max"] <= 12.0
    table = (here / "fits" / "parameters.csv").read_text()
    assert table.startswith("file,structure,rw,parameter,value,stderr,unit\n")
    assert {path.suffix for path in (here / "fits").iterdir()} == {
        ".csv", ".cif", ".fgr", ".png", ".py", ".stru",
    }  # fmt: skip
    assert cli.main(["refine", "my Ni.cif", *words[1:]]) == 1
    assert "not used: my Ni.cif: " in capsys.readouterr().out
    assert cli.main(["refine", "none.gr", "--structure", "my Ni.cif"]) == 2
    capsys.readouterr()
    assert cli.main(["refine", "run 7 <b>.gr", "--structure", "none.cif"]) == 2
    assert "refine: none.cif" in capsys.readouterr().err
    assert cli.main([*words, "--shape", "cube"]) == 2
    assert "shape = 'cube'" in capsys.readouterr().err


def test_options_go_before_the_file_of_a_recipe(here, capsys, monkeypatch):
    seen = []

    def refine_files(files, structures, recipe, **options):
        seen.append(recipe)
        return 1, 0

    monkeypatch.setattr("pdflearn.study.command_refine.refine_files", refine_files)
    (here / "recipe.yaml").write_text("r_max: 40\nq_max: 20\nfixed: {a: 3.5, delta2: 2}\n")
    words = ["refine", "a.gr", "--structure", "a.cif", "--recipe", "recipe.yaml", "--q-max", "25"]
    words += ["--fix", "a=3.52", "--bound", "u_iso_Ni=0.001:0.02", "--atoms", "--untied"]
    assert cli.main(words) == 0
    (recipe,) = seen
    assert (recipe.r_max, recipe.q_max, recipe.atoms, recipe.tied) == (40, 25.0, True, False)
    assert recipe.fixed == {"a": 3.52, "delta2": 2.0}
    assert recipe.bounds == {"u_iso_Ni": (0.001, 0.02)}
    assert cli.main([*words, "--fix", "b"]) == 2
    assert "--fix b: expected name=value" in capsys.readouterr().err


def test_a_calibrant_gives_its_resolution(here, capsys):
    known = ["--q-damp", "0.045", "--q-broad", "0.018", "--r-step", "0.02", "--range", "0", "50"]
    assert cli.main(["simulate", "my Ni.cif", *known, "--out", "Ni.gr"]) == 0
    words = ["refine", "Ni.gr", "--structure", "my Ni.cif", "--calibrant", "Ni", "Ni.gr"]
    assert cli.main([*words, "--json", "--range", "2", "12"]) == 0
    capsys.readouterr()
    assert cli.main([*words, "--range", "2", "12"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Ni.gr: Ni, Rw 0.0")
    (q_damp,) = (line.split() for line in lines if line.split()[0] == "q_damp")
    assert (float(q_damp[1]), q_damp[3]) == (pytest.approx(0.045, abs=0.001), "known")
    words[words.index("Ni")] = "Au"
    assert cli.main(words) == 2
    assert "expected one of" in capsys.readouterr().err


def test_simulate_prints_columns_or_writes_a_file(here, capsys):
    assert cli.main(["simulate", "my Ni.cif", "--range", "0", "9", "--diameter", "30"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "# diameter = 30.0" in lines
    assert lines[-1].split()[0] == "8.99"
    assert cli.main(["simulate", "my Ni.cif", "--own-u", "--json"]) == 0
    assert document(capsys)["parameters"] == {"u_iso": None}
    assert cli.main(["simulate", "my Ni.cif", "--out", "Ni.gr"]) == 0
    assert (here / "Ni.gr").read_text().startswith("# structure = my Ni.cif\n")
    assert cli.main(["simulate", "my Ni.cif", "--q-max", "-3"]) == 2


def test_info_says_what_files_hold(here, capsys):
    assert cli.main(["info", "run 7 <b>.gr", "my Ni.cif", "--json"]) == 0
    measured, structure = document(capsys)["items"]
    assert (measured["kind"], measured["quantity"]) == ("measured", "G")
    assert (structure["formula"], structure["space_group"]) == ("Ni", "F m -3 m")
    (here / "bad.gr").write_text("<b>no numbers</b>")
    assert cli.main(["info", "bad.gr", "my Ni.cif"]) == 1
    printed = capsys.readouterr().out
    assert "not used: no block" in printed
    assert "space_group        F m -3 m" in printed
    assert cli.main(["info"]) == 1
    assert "run the study first" in capsys.readouterr().out


def test_colours_are_for_terminals_alone(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert terminal.coloured("yes", "green", Terminal()) == "\x1b[32myes\x1b[0m"
    assert terminal.coloured("yes", "green", io.StringIO()) == "yes"
    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal.coloured("yes", "green", Terminal()) == "yes"


def test_without_a_command_all_are_named(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main([])
    assert end.value.code == 2
    assert "identify, watch, refine, simulate, export, verify, info" in capsys.readouterr().err
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("pdflearn ")


def test_importing_the_package_is_cheap():
    code = (
        "import sys, pdflearn\npdflearn.refine\n"
        "print([name for name in ('matplotlib', 'sklearn', 'snakemake') if name in sys.modules])"
    )
    light = code.replace("pdflearn.refine\n", "").replace("'matplotlib'", "'numpy', 'matplotlib'")
    for text in (code, light):
        called = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
        assert called.stdout == "[]\n", called.stderr
