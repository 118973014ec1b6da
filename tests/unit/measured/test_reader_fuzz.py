"""Whatever the bytes, reading gives a Pattern that holds its promises, or a PatternError."""

import contextlib
import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pdflearn.measured.reader import Pattern, PatternError, read_pdf, read_pdfs
from pdflearn.measured.sample_table import read_sample_table

DATA = Path(__file__).parents[2] / "data" / "measured"
EXAMPLES = [
    p.read_bytes() for p in sorted(DATA.iterdir()) if p.suffix in (".gr", ".fq", ".fgr", ".dat")
]
SUFFIXES = st.sampled_from([".gr", ".fgr", ".fq", ".sq", ".iq", ".chi", ".txt", ".zip", ".csv", ""])
FUZZ = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def check(folder, data, suffix=".gr"):
    """Read the bytes in every way and test what comes out."""
    path = folder / f"sample{suffix}"
    path.write_bytes(data)
    before = hashlib.sha256(data).digest(), path.stat().st_mtime_ns
    results = [result for _, result in read_pdfs(path)]
    assert results
    for result in results:
        if isinstance(result, PatternError):
            message = str(result)
            assert message.isprintable()
            assert len(message) < 800
            continue
        assert isinstance(result, Pattern)
        assert result.r.shape == result.g.shape
        assert len(result.r) >= 16
        assert np.all(np.diff(result.r) > 0)
        assert result.r[0] >= 0
        assert np.all(np.isfinite(result.g))
        assert all(isinstance(v, float | str) for v in result.header.values())
        assert all(np.isfinite(v) for v in result.header.values() if isinstance(v, float))
        assert all(text.isprintable() for text in [*result.warnings, *map(str, result.header)])
    with contextlib.suppress(PatternError):
        assert isinstance(read_pdf(path), Pattern)
    assert before == (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns)
    return results


@FUZZ
@given(data=st.binary(max_size=4000), suffix=SUFFIXES)
def test_random_bytes(tmp_path, data, suffix):
    check(tmp_path, data, suffix)


@FUZZ
@given(text=st.text(max_size=2000), suffix=SUFFIXES)
def test_random_text(tmp_path, text, suffix):
    check(tmp_path, text.encode("utf-8", "surrogatepass"), suffix)


@FUZZ
@given(
    text=st.text(alphabet="0123456789.,;eEdD+-# \t\n\"'nainfr*", min_size=50, max_size=3000),
    suffix=SUFFIXES,
)
def test_random_numbers(tmp_path, text, suffix):
    check(tmp_path, text.encode(), suffix)


NUMBER = st.one_of(
    st.floats(width=64), st.integers(-(10**18), 10**18), st.sampled_from(["", "x", "1,5", "-", "*"])
)


@FUZZ
@given(
    rows=st.lists(st.lists(NUMBER, min_size=1, max_size=6), min_size=16, max_size=60),
    increasing=st.booleans(),
    gap=st.sampled_from([" ", "\t", ",", ";", ", "]),
    suffix=SUFFIXES,
)
def test_random_tables(tmp_path, rows, increasing, gap, suffix):
    lines = [
        gap.join(map(str, [0.2 * i, *row] if increasing else row)) for i, row in enumerate(rows)
    ]
    check(tmp_path, "\n".join(lines).encode(), suffix)


@FUZZ
@given(
    example=st.sampled_from(EXAMPLES),
    cuts=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    spot=st.floats(0, 1),
    junk=st.binary(max_size=80),
    suffix=SUFFIXES,
)
def test_cut_and_dirty_examples(tmp_path, example, cuts, spot, junk, suffix):
    low, high = sorted(int(cut * len(example)) for cut in cuts)
    middle = int(spot * len(example))
    for data in (example[low:], example[:high], example[:middle] + junk + example[middle:]):
        check(tmp_path, data, suffix)


@FUZZ
@given(example=st.sampled_from(EXAMPLES), data=st.data())
def test_examples_with_lines_moved_doubled_and_spoilt(tmp_path, example, data):
    lines = example.split(b"\n")
    spoilt = [b"nan nan", b"1e999 3", b"-5 2", b"<b>x</b>", b"\xff\xfe\x00", b"0.5", b"1 2 3 4 5 6"]
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        action = data.draw(st.sampled_from(["double", "drop", "swap", "spoil"]))
        if action == "double":
            lines.insert(at, lines[at])
        elif action == "drop" and len(lines) > 2:
            del lines[at]
        elif action == "swap":
            lines[at], lines[-1] = lines[-1], lines[at]
        else:
            lines.insert(at, data.draw(st.sampled_from(spoilt)))
    check(tmp_path, b"\n".join(lines))


@FUZZ
@given(head=st.text(max_size=400), suffix=SUFFIXES)
def test_any_header_before_good_rows(tmp_path, head, suffix):
    rows = "".join(f"{i / 10} {np.cos(i):.4f}\n" for i in range(200))
    html = "<html><script>alert('x')</script><table border=\"1\">\n"
    text = html + head + "\n##### start data\n" + rows
    check(tmp_path, text.encode("utf-8", "surrogatepass"), suffix)


@FUZZ
@given(spot=st.integers(0, 10_000), value=st.integers(0, 255), cut=st.floats(0, 1))
def test_damaged_archives(tmp_path, spot, value, cut):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.gr", EXAMPLES[0])
        archive.writestr("b/c.gr", EXAMPLES[1])
    for whole in (raw.getvalue(), gzip.compress(EXAMPLES[0], mtime=0)):
        data = bytearray(whole)
        data[spot % len(data)] = value
        check(tmp_path, bytes(data), ".zip")
        check(tmp_path, bytes(data[: int(cut * len(data))]), ".zip")


@FUZZ
@given(text=st.text(max_size=500))
def test_any_table_of_samples(tmp_path, text):
    for content in (text, "file,label,q_damp,radiation\n" + text):
        (tmp_path / "samples.csv").write_bytes(content.encode("utf-8", "surrogatepass"))
        with contextlib.suppress(PatternError):
            assert isinstance(read_sample_table(tmp_path), dict)


@pytest.mark.parametrize(
    "name",
    [
        'quote".gr',
        "it's.gr",
        "new\nline.gr",
        "<script>.gr",
        "ünï çödé.gr",
        " .gr",
        "a b.GR",
        "%s{0}",
    ],
)
def test_odd_file_names(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(EXAMPLES[0])
    [(found, pattern)] = read_pdfs(path)
    assert found == pattern.name == name
    path.write_bytes(b"nothing")
    [(found, error)] = read_pdfs(path)
    assert found == name
    assert str(error).isprintable()


@pytest.mark.parametrize(
    "data",
    [
        b"1" * 4_000_000,
        b"1 " * 2_000_000,
        b"#" * 4_000_000 + b"\n" + EXAMPLES[0],
        b"\n" * 450_000 + EXAMPLES[0],
        b"qmax = 1 composition:\n" * 100_000 + EXAMPLES[0],
        b"1,1" * 1_000_000,
        b"((((((" * 600_000,
        b"\r" * 2_000_000,
        b"0.5 1\n" * 499_000,
    ],
    ids=[
        "digits",
        "columns",
        "comment",
        "blanks",
        "header",
        "commas",
        "brackets",
        "returns",
        "same",
    ],
)
def test_large_and_degenerate_files_end(tmp_path, data):
    check(tmp_path, data)
