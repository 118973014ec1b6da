import bz2
import gzip
import hashlib
import lzma
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

import pdflearn
from pdflearn.measured.reader import Pattern, PatternError, read_pdf, read_pdfs
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.reader import read_structure
from pdflearn.structures.stru_writer import write_stru

DATA = Path(__file__).parents[2] / "data" / "measured"

# One curve stands behind all examples: Gaussian shells and a smooth density line. Its sine
# transform is known in closed form (Gradshteyn and Ryzhik 3.952), so .fq and .sq have an answer
# that no code here made.
SHELLS = ((2.5, 12), (3.5, 6), (4.3, 24), (5.6, 24), (6.1, 8), (7.0, 16), (9.2, 30))


def expected(r):
    g = -0.5 * r * np.exp(-(r**2) / 50)
    for radius, weight in SHELLS:
        peak = np.exp(-12.5 * (r - radius) ** 2) - np.exp(-12.5 * (r + radius) ** 2)
        g = g + weight / radius / 4 * peak / (0.2 * np.sqrt(2 * np.pi))
    return g


NEUTRON = {"radiation": "neutron"}
XRAY = {"radiation": "xray"}
DIALECTS = {
    "bare.gr": {},
    "bom.gr": {},
    "commas.csv": {},
    "commented.gr": XRAY | {"q_min": 0.9, "q_max": 21.5, "q_damp": 0.04, "temperature": 298.15},
    "decimal_comma.csv": {},
    "decimal_comma.txt": {},
    "digits.gr": {"composition": "Zn S", "q_min": 1.0, "q_max": 19.0},
    "exponents.gr": {},
    "fit.fgr": NEUTRON | {"q_max": 32.0, "q_damp": 0.0187, "q_broad": 0.0191, "temperature": 300.0},
    "fortran.gr": {},
    "getn.gr": NEUTRON
    | {"q_min": 1.5, "q_max": 35.0, "temperature": 308.0, "composition": "O3TiBa"}
    | {"title": "Run 0: example - RT"},
    "getn_short.gr": NEUTRON | {"q_max": 35.0, "temperature": 10.0},
    "getx2.gr": XRAY
    | {"q_min": 0.8, "q_max": 27.0, "temperature": 295.0, "composition": "ZnS"}
    | {"wavelength": 0.143, "title": "X-ray PDF"},
    "getx3.gr": XRAY | {"q_min": 0.7, "q_max": 24.5, "composition": "Xy2", "wavelength": 0.21},
    "latin1.gr": {"q_max": 22.0, "temperature": 293.15},
    "nanometres.gr": {},
    "oldmac.txt": {},
    "packed.gr.gz": {},
    "pandas.csv": {},
    "rmcprofile.dat": {},
    "rmcprofile_d.dat": {},
    "spallation.gr": NEUTRON | {"q_max": 31.414, "q_damp": 0.017659, "q_broad": 0.0191822},
    "unequal.gr": {},
    "utf16.gr": {},
    "windows.gr": {},
    "xpdfsuite.gr": XRAY | {"q_min": 0.1, "q_max": 23.0, "composition": "Xy", "wavelength": 0.19},
}
SAID = {
    "fit.fgr": "PDFgui",
    "nanometres.gr": "nm",
    "pandas.csv": "numbers the rows",
    "rmcprofile.dat": "multiplied by r",
    "unequal.gr": "unequal numbers of columns",
}


def curve(r=None, sign=1):
    r = np.arange(0, 20.05, 0.1) if r is None else r
    return "".join(f"{x:.2f} {sign * y:.5f}\n" for x, y in zip(r, expected(r), strict=True))


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path):
    with pytest.raises(PatternError) as caught:
        read_pdf(path)
    return str(caught.value)


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_gives_the_curve_and_its_hints(name):
    pattern = read_pdf(DATA / name)
    assert pattern.name == name
    assert pattern.r.dtype == pattern.g.dtype == np.float64
    assert len(pattern.r) in (200, 201)
    assert pattern.r[-1] == pytest.approx(20.0)
    assert np.allclose(pattern.g, expected(pattern.r), atol=3e-5)
    assert pattern.header == pytest.approx(DIALECTS[name])
    assert pattern.quantity == ("RMCProfile G(r)" if name == "rmcprofile.dat" else "G")
    if name in SAID:
        assert len(pattern.warnings) == 1
        assert SAID[name] in pattern.warnings[0]
    else:
        assert pattern.warnings == []


def test_no_example_is_left_out():
    rest = {"example.chi", "example.fq", "example.iq", "example.sq", "example.xy"}
    rest |= {"example_nm.sq", "pair.gr", ".gitattributes"}
    assert {path.name for path in DATA.iterdir()} == rest | set(DIALECTS)


@pytest.mark.parametrize("name", ["example.fq", "example.sq", "example_nm.sq"])
def test_functions_of_q_are_transformed_over_the_range_that_is_said(name):
    pattern = read_pdf(DATA / name)
    assert pattern.quantity == ("F(Q)" if name.endswith("fq") else "S(Q)")
    assert pattern.header["q_min"] == pytest.approx(0.02)
    assert pattern.header["q_max"] == pytest.approx(24.98)
    assert "Q = 0.02 to 25 1/angstrom" in pattern.warnings[-1]
    # The smooth line of the curve lives at Q below 0.5, where the first 0.02 are missing.
    assert np.allclose(pattern.g, expected(pattern.r), atol=0.015)


def test_the_q_range_of_the_header_limits_the_transform(tmp_path):
    q = np.arange(0.02, 25, 0.04)
    f = sum(w / r / 4 * np.sin(q * r) * np.exp(-((0.2 * q) ** 2) / 2) for r, w in SHELLS)
    noisy = np.where(q > 18.02, 40.0, f)
    rows = "".join(f"{x:.3f} {y:.6f}\n" for x, y in zip(q, noisy, strict=True))
    pattern = read_pdf(write(tmp_path, "a.fq", "qmin = 0.02\nqmax = 18.0\n" + rows))
    peaks = expected(pattern.r) + 0.5 * pattern.r * np.exp(-(pattern.r**2) / 50)
    assert np.allclose(pattern.g, peaks, atol=0.05)
    assert "0.02 to 18" in pattern.warnings[-1]
    assert "header" in pattern.warnings[-1]


def test_s_of_q_less_one_and_a_level_that_cannot_be_meant(tmp_path):
    q = np.arange(0.02, 25, 0.04)
    f = sum(w / r / 4 * np.sin(q * r) * np.exp(-((0.2 * q) ** 2) / 2) for r, w in SHELLS)
    for level, kind in ((0.0, "S(Q) - 1"), (1.0, "S(Q)")):
        rows = "".join(f"{x:.3f} {level + y / x:.8f}\n" for x, y in zip(q, f, strict=True))
        pattern = read_pdf(write(tmp_path, "a.sq", rows))
        assert pattern.quantity == kind
        peaks = expected(pattern.r) + 0.5 * pattern.r * np.exp(-(pattern.r**2) / 50)
        assert np.allclose(pattern.g, peaks, atol=0.01)
    rows = "".join(f"{x:.3f} {7 + y / x:.6f}\n" for x, y in zip(q, f, strict=True))
    assert "tend to 1" in refusal(write(tmp_path, "a.sq", rows))


def test_a_pair_distribution_that_tends_to_one_is_converted():
    pattern = read_pdf(DATA / "pair.gr")
    assert pattern.quantity == "g(r)"
    assert "G = r (g - 1)" in pattern.warnings[0]
    assert pattern.g[4] == pytest.approx(-pattern.r[4])
    assert abs(pattern.g[-20:].mean()) < 0.01


@pytest.mark.parametrize("name", ["example.iq", "example.chi", "example.xy"])
def test_intensities_are_refused_with_the_remedy(name):
    message = refusal(DATA / name)
    assert message.startswith(name + ": ")
    assert "intensity" in message
    assert "PDFgetX3" in message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.gr", b"", "empty"),
        ("blank.gr", b"\n \r\n\x00\x00", "empty"),
        ("paper.gr", b"%PDF-1.7\n" + curve().encode(), "pages"),
        ("array.gr", b"\x93NUMPY\x01\x00" + bytes(200), "NumPy"),
        ("noise.gr", bytes(range(256)) * 20, "binary"),
        ("page.gr", "<!DOCTYPE html>\n<html><body>no data</body></html>", "web page"),
        ("words.gr", "There is no table here.\n" * 50, "there is none"),
        ("few.gr", curve()[:100], "at least 16 rows"),
        ("one.gr", "\n".join(map(str, range(99))), "there is none"),
        ("short.gr", curve(np.arange(0, 2, 0.02)), "r ends at 1.98"),
        ("coarse.gr", curve(np.arange(0, 60, 1.0)), "steps of 1 "),
        ("long.gr", "".join(f"{20 * i} {(-1) ** i}\n" for i in range(200)), "no distance"),
        ("flat.gr", "".join(f"{i / 10} -3.5\n" for i in range(200)), "same everywhere"),
        ("zero.gr", "".join(f"{i / 10} 0\n" for i in range(200)), "same everywhere"),
        ("huge.gr", "".join(f"{i / 10} {(-1) ** i}e200\n" for i in range(200)), "1.0e+200"),
        ("negative.gr", curve(np.arange(-3, 20, 0.1)), "begins at -3"),
        ("nan.gr", curve().replace("10.00 ", "10.00 nan #"), "not numbers"),
        ("stars.gr", curve().replace("10.00 ", "10.00 ****** #"), "not numbers"),
        ("allnan.gr", "".join(f"{i / 10} nan\n" for i in range(200)), "number"),
        ("same.gr", "1.5 0.5\n" * 100, "repeats"),
        (
            "shuffled.gr",
            "\n".join(sorted(curve().split("\n"), key=lambda s: s[::-1])),
            "increasing",
        ),
        ("total.gr", "#L r T(r)\n" + curve(), "density"),
        ("angle.gr", "2theta G\n" + curve(), "angle"),
        ("broken.gr.gz", gzip.compress(curve().encode())[:-30], "damaged"),
        ("broken.zip", b"PK\x03\x04" + bytes(50), "damaged"),
        ("both.dat", "".join(f"{i / 10} {1 + 0.2 * (-1) ** i}\n" for i in range(200)), "g(r) or S"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(tmp_path, name, content, words):
    message = refusal(write(tmp_path, name, content))
    assert words in message
    assert message.startswith(name + ": ")


def test_missing_files_folders_and_pipes_are_refused(tmp_path):
    assert "does not exist" in refusal(tmp_path / "none.gr")
    assert "not a regular file" in refusal(tmp_path)
    assert "cannot be opened" in refusal(tmp_path / "nul\0.gr")
    os.mkfifo(tmp_path / "pipe.gr")
    assert "not a regular file" in refusal(tmp_path / "pipe.gr")


def test_files_that_are_too_large_are_refused_unread(tmp_path):
    with open(tmp_path / "sparse.gr", "wb") as handle:
        handle.truncate(50 * 2**30)
    assert "51200 MiB" in refusal(tmp_path / "sparse.gr")
    rows = write(tmp_path, "rows.gr", b"1 2\n" * 2 * 10**6)
    assert "more than 500,000 lines" in refusal(rows)
    packed = write(tmp_path, "bomb.gr.gz", gzip.compress(bytes(70 * 2**20), 1))
    assert "too large when unpacked" in refusal(packed)


def test_rows_that_fall_are_turned_round_and_said(tmp_path):
    lines = curve().strip().split("\n")
    pattern = read_pdf(write(tmp_path, "a.gr", "\n".join(lines[::-1])))
    assert np.allclose(pattern.g, expected(pattern.r), atol=1e-5)
    assert "turned round" in pattern.warnings[0]


def test_repeated_r_is_averaged_and_said(tmp_path):
    text = curve().replace("10.00 ", "10.00 99\n10.00 ")
    pattern = read_pdf(write(tmp_path, "a.gr", text))
    assert len(pattern.r) == 201
    assert pattern.g[100] == pytest.approx((99 + expected(np.array([10.0]))[0]) / 2, abs=1e-5)
    assert pattern.warnings == ["r repeats in 1 rows; their values were averaged"]


def test_missing_values_at_the_ends_are_left_out_and_said(tmp_path):
    text = curve().replace("0.00 ", "0.00 nan #", 1) + "20.10 NaN\n20.20 inf\n"
    pattern = read_pdf(write(tmp_path, "a.gr", text))
    assert pattern.r[0] == pytest.approx(0.1)
    assert pattern.r[-1] == pytest.approx(20.0)
    assert "3 rows at the ends" in pattern.warnings[0]


def test_a_few_rows_below_zero_are_left_out_and_said(tmp_path):
    pattern = read_pdf(write(tmp_path, "a.gr", "-0.10 0.05\n-1e-17 0\n" + curve()))
    assert pattern.r[0] == 0
    assert len(pattern.r) == 201
    assert pattern.warnings == ["2 rows with r below 0 were left out"]


def test_the_longest_block_is_taken_and_the_rest_is_said(tmp_path):
    other = "".join(f"{i} {i}\n" for i in range(40))
    text = f"banks\n1 2 3\n2 3 4\ncorrection\n{other}start\n{curve()}end\n{other}"
    pattern = read_pdf(write(tmp_path, "a.gr", text))
    assert len(pattern.r) == 201
    assert any("82 more rows" in text for text in pattern.warnings)


def test_a_gap_is_said(tmp_path):
    r = np.concatenate([np.arange(0, 5, 0.1), np.arange(8, 20, 0.1)])
    assert "jumps from 4.9 to 8" in read_pdf(write(tmp_path, "a.gr", curve(r))).warnings[0]


def test_header_lines_that_look_like_something_else_do_not_mislead(tmp_path):
    head = "#D Mon 1 2\nR = 0.12 0.3\nQ range 0.5 25\nenergy=98.0 power=3\n#L of things\n"
    pattern = read_pdf(write(tmp_path, "ni.chi.gr", head + curve()))
    assert pattern.quantity == "G"
    assert len(pattern.r) == 201


@pytest.mark.parametrize(
    ("line", "header", "warned"),
    [
        ("qmax=0   correction not applied", {}, False),
        ("qmax = 2500", {}, True),
        ("qmin = 30\nqmax = 25", {"q_max": 25.0}, True),
        ("qmax = 20\nqmax = 25", {"q_max": 25.0}, False),
        ("optqmax=40.0  smoothqmin=12.0  qmaxinst = 30 startDampQ=3", {}, False),
        ("stype=N  neutron scattering", {"radiation": "neutron"}, False),
        ("stype=X  x-ray scattering", {"radiation": "xray"}, False),
        ("x-ray and neutron data, joint fit", {}, False),
        ("mode = sas", {}, False),
        ("inputdir = /data/xray/synchrotron", {}, False),
        ("temperature = -3\nruncorrection=T", {}, False),
        ("formula: La0.8Sr0.2MnO3", {"composition": "La0.8Sr0.2MnO3"}, False),
        ("composition = <script>alert(1)</script>\x07", None, False),
    ],
)
def test_hints_are_only_what_the_header_says(tmp_path, line, header, warned):
    pattern = read_pdf(write(tmp_path, "a.gr", line + "\n" + curve()))
    if header is not None:
        assert pattern.header == header
    assert bool(pattern.warnings) == warned
    assert all(str(value).isprintable() for value in pattern.header.values())


def test_observed_columns_are_found_by_name(tmp_path):
    r = np.arange(0.1, 20, 0.1)
    rows = zip(r, 0.8 * expected(r), expected(r), strict=True)
    text = "r, PDF1_RMC, PDF1_Expt\n" + "".join(f"{a:.2f}, {b:.5f}, {c:.5f}\n" for a, b, c in rows)
    pattern = read_pdf(write(tmp_path, "run_PDF1.csv", text))
    assert np.allclose(pattern.g, expected(pattern.r), atol=1e-5)


def test_reading_leaves_files_as_they_are(tmp_path):
    copies = [write(tmp_path, path.name, path.read_bytes()) for path in DATA.iterdir()]
    before = [(p, hashlib.sha256(p.read_bytes()).digest(), p.stat().st_mtime_ns) for p in copies]
    for path in copies:
        path.chmod(0o444)
        list(read_pdfs(path))
    after = [(p, hashlib.sha256(p.read_bytes()).digest(), p.stat().st_mtime_ns) for p in copies]
    assert before == after
    assert sorted(tmp_path.iterdir()) == sorted(copies)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed_files(tmp_path, pack):
    pattern = read_pdf(write(tmp_path, "a.gr.packed", pack(curve().encode())))
    assert len(pattern.r) == 201


# -------------------------------------------------------------------------------- archives


def archive(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members:
            out.writestr(name, content)
    return path


def test_a_plain_file_gives_one_result():
    [(name, pattern)] = read_pdfs(DATA / "bare.gr")
    assert name == "bare.gr"
    assert isinstance(pattern, Pattern)


def test_members_of_an_archive_come_in_order_good_and_bad(tmp_path):
    path = archive(
        tmp_path / "all.zip",
        [
            ("b/two.gr", curve()),
            ("a.gr", curve()),
            ("__MACOSX/._a.gr", b"\0\1"),
            ("b/.DS_Store", b"\0\1"),
            ("notes.txt", "nothing"),
            ("../escape.gr", curve()),
            ("/etc/absolute.gr", curve()),
            ("bomb.gr", bytes(70 * 2**20)),
            ('quote"\nline.gr', curve()),
        ],
    )
    found = dict(read_pdfs(path))
    assert list(found) == sorted(found)
    good = {name for name, result in found.items() if isinstance(result, Pattern)}
    assert good == {"a.gr", "b/two.gr", 'quote"\nline.gr'}
    assert {name: str(found[name]) for name in set(found) - good} == {
        "notes.txt": str(found["notes.txt"]),
        "../escape.gr": "../escape.gr: the path in the archive leads out of it; make the archive "
        "again",
        "/etc/absolute.gr": "/etc/absolute.gr: the path in the archive leads out of it; make the "
        "archive again",
        "bomb.gr": "bomb.gr: too large when unpacked: the member is larger than 64 MiB, or the "
        "archive than 512 MiB; split it. A PDF has some thousand rows: keep one curve a file",
    }
    assert list(tmp_path.iterdir()) == [path]
    assert "several files" in refusal(path)


def test_an_archive_of_one_file_is_read_as_that_file(tmp_path):
    assert len(read_pdf(archive(tmp_path / "a.zip", [("x/a.gr", curve())])).r) == 201
    assert "holds no file" in refusal(archive(tmp_path / "b.zip", []))


def test_an_office_file_is_named_as_one(tmp_path):
    path = archive(tmp_path / "a.xlsx", [("[Content_Types].xml", "<x/>"), ("xl/a.xml", "<x/>")])
    assert "Excel" in refusal(path)


def test_a_damaged_member_does_not_hide_the_others(tmp_path):
    path = archive(tmp_path / "a.zip", [("a.gr", curve()), ("b.gr", curve())])
    data = bytearray(path.read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(data)
    found = dict(read_pdfs(path))
    assert "damaged" in str(found["a.gr"])
    assert isinstance(found["b.gr"], Pattern)


def test_public_names():
    assert pdflearn.read_pdf is read_pdf
    assert pdflearn.PatternError is PatternError
    assert issubclass(PatternError, ValueError)


# ------------------------------------------------------------------- what looks like another file


@pytest.mark.parametrize(
    ("first", "row", "count"),
    [
        ("# r G1 G2 G3", "{r} {g} {g} {g}", 3),
        ("# r G(r) G(r)", "{r} {g} {g}", 2),
        ("", "{r} {g} {g}", 2),
        ("", "{r} {g} 0.1 0.2", 1),
        ("# r Gobs Gcalc Gdiff", "{r} {g} {g} {g}", 1),
        ("# r G dr dG", "{r} {g} 0.1 0.2", 1),
        ("# r G G_calc", "{r} {g} {g}", 1),
    ],
)
def test_further_columns_of_g_are_told(tmp_path, first, row, count):
    lines = [row.format(r=x[0], g=x[1]) for x in map(str.split, curve().splitlines())]
    pattern = read_pdf(write(tmp_path, "a.gr", "\n".join([first, *lines])))
    told = [w for w in pattern.warnings if "columns of G; only the first was read" in w]
    words = f"{count} columns of G; only the first was read: save one curve a file"
    assert told == [words] * (count > 1)


@pytest.mark.parametrize("name", ["a.gr", "a.csv"])
def test_decimal_commas_between_commas_are_named(tmp_path, name):
    rows = [f"{r / 100:.2f},{np.sin(r / 40):.4f}".replace(".", ",") for r in range(2000)]
    with pytest.raises(PatternError, match="decimal commas cannot be told"):
        read_pdf(write(tmp_path, name, "\n".join(rows)))


def test_a_structure_is_sent_to_the_other_folder(tmp_path):
    crystal = Path(__file__).parents[2] / "data" / "study" / "Ni_fcc.cif"
    with pytest.raises(PatternError, match=r"a structure \(CIF\).*resources/structures"):
        read_pdf(crystal)
    text = write_stru(read_structure(crystal))
    with pytest.raises(PatternError, match=r"a structure \(.stru\)"):
        read_pdf(write(tmp_path, "a.gr", text))


def test_nanometres_without_a_word_are_suspected(tmp_path):
    r, g = simulate_pdf(
        read_structure(Path(__file__).parents[2] / "data" / "study" / "Ni_fcc.cif"),
        q_max=25.0, q_damp=0.03, u_iso=0.005, r_max=80.0,
    )  # fmt: skip
    noise = np.random.default_rng(0).normal(scale=0.05 * np.std(g), size=len(g))

    def said(factor, end):
        rows = [
            f"{x * factor:.5f} {y:.6f}" for x, y in zip(r[:end], (g + noise)[:end], strict=True)
        ]
        return read_pdf(write(tmp_path, "a.gr", "\n".join(rows))).warnings

    assert not any("nm" in words for words in said(1.0, len(r)))
    assert any("r may be in nm" in words for words in said(0.1, len(r)))
    with pytest.raises(PatternError, match="Is r in nm"):
        said(0.1, 3000)
