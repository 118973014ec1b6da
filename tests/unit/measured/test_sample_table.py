"""What samples.csv says of measured files: read whole, or refused with line and value."""

import pytest

from pdflearn.measured.sample_table import SampleTables, public_samples, read_sample_table
from pdflearn.measured.text import PatternError


def write(folder, text):
    (folder / "samples.csv").write_text(text)


def test_a_table_in_a_folder_below_speaks_of_the_files_there(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "z.zip").touch()
    write(tmp_path, "file,sample\na.gr,one\nz.zip/m.gr,two\nn.gr,three\ngone.gr,four\n")
    write(tmp_path / "run", "file,sample\nb.gr,five\n")
    tables = SampleTables(tmp_path, [tmp_path / "samples.csv", tmp_path / "run" / "samples.csv"])
    assert tables.given(tmp_path / "a.gr", "a.gr") == {"sample": "one"}
    assert tables.given(tmp_path / "run" / "b.gr", "b.gr") == {"sample": "five"}
    assert tables.given(tmp_path / "z.zip", "m.gr") == {"sample": "two"}
    assert tables.given(tmp_path / "z.zip", "n.gr") == {"sample": "three"}
    assert tables.given(tmp_path / "c.gr", "c.gr") == {}
    files = ["a.gr", "run/b.gr", "z.zip/m.gr", "z.zip/n.gr"]
    assert tables.unmatched(files) == ["gone.gr"]


def test_public_files_have_their_structure_type_for_a_label(tmp_path):
    table = tmp_path / "public.csv"
    table.write_text("file,structure_type,radiation\np-1/Ni.gr,fcc,xray\n")
    assert public_samples(table)["p-1/Ni.gr"]["label"] == "fcc"


def test_the_table_of_samples(tmp_path):
    assert read_sample_table(tmp_path) == {}
    write(
        tmp_path,
        "\ufefffile;Sample;series;radiation;composition;label;q_damp\r\n"
        'a.gr;"Ni; bulk";;N;Ni;fcc;0.04\r\n'
        "b.gr;;;X-ray;;;\r\n;;;;;;\r\n",
    )
    assert read_sample_table(tmp_path) == {
        "a.gr": {
            "sample": "Ni; bulk",
            "radiation": "neutron",
            "composition": "Ni",
            "label": "fcc",
            "q_damp": 0.04,
        },
        "b.gr": {"radiation": "xray"},
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sample\nNi\n", "no column 'file'"),
        ("file,colour\na.gr,red\n", "'colour'"),
        ("file,file\na.gr,b.gr\n", "twice"),
        ("file,radiation\na.gr,light\n", "line 2: radiation = 'light'"),
        ("file,q_damp\na.gr,-1\n", "q_damp = '-1'"),
        ("file,q_max\na.gr,0\n", "q_max = 0; expected more than 0"),
        ("file,q_damp\na.gr,nan\n", "q_damp = 'nan'"),
        ("file,only\na.gr,maybe\n", "only = 'maybe'; expected yes or no"),
        ("file,elements\na.gr,Ti;Xx\n", "line 2: elements = 'Ti;Xx': 'Xx': there is no element"),
        ("file,calibrant\na.gr,Cu\n", "calibrant = 'Cu'; expected one of Ni, Si, CeO2, LaB6"),
        ("file,boxcar\na.gr,10\n", "boxcar = '10'; expected width and step"),
        ("file,shared\na.gr,a=equal\n", "shared = 'a=equal'; expected names with same or linear"),
        ("file,label\na.gr,x\na.gr,y\n", "line 3"),
        ("file,label\n,x\n", "missing"),
        ("file,label\na.gr,x,y\n", "too many values"),
        ("", "empty"),
        ("\0\1\2\3" * 100, "binary"),
    ],
)
def test_a_wrong_table_of_samples_is_refused(tmp_path, text, words):
    write(tmp_path, text)
    with pytest.raises(PatternError, match="^samples.csv") as caught:
        read_sample_table(tmp_path)
    assert words in str(caught.value)


def test_elements_and_structures_to_try(tmp_path):
    write(tmp_path, 'file,elements,structure,only\na.gr,"O, Ti",a.cif b.cif,Yes\nb.gr,Ga-As,,no\n')
    assert read_sample_table(tmp_path) == {
        "a.gr": {"elements": "O Ti", "structure": "a.cif b.cif", "only": "yes"},
        "b.gr": {"elements": "As Ga", "only": ""},
    }


def test_calibrants_and_what_is_refined_together(tmp_path):
    lines = ["file,calibrant,group,boxcar,joint,shared", "a.gr,ceo2,day 1,10  5,x,U=linear a=same"]
    write(tmp_path, "\n".join(lines))
    assert read_sample_table(tmp_path)["a.gr"] == {
        "calibrant": "CeO2", "group": "day 1", "boxcar": "10 5", "joint": "x",
        "shared": "U=linear a=same",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["/data/x.gr", "../x.gr", "a/../../x.gr"])
def test_a_table_speaks_of_files_in_its_folder_alone(tmp_path, name):
    (tmp_path / "samples.csv").write_text(f"file,sample\n{name},x\n")
    with pytest.raises(PatternError, match=r"samples.csv, line 2: .* is not below"):
        read_sample_table(tmp_path)
