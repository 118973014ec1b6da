"""What a watcher keeps outlives a kill at any byte."""

from pdflearn.core.columns import IDENTIFICATION
from pdflearn.core.io import load_table
from pdflearn.study.watch_journal import JOURNAL, Journal


def read_line(path, digest):
    sample = {"file": path, "rows": [{"file": path, "rank": 1}], "look_alikes": [], "index": {}}
    return {"event": "read", "path": path, "digest": digest, "samples": [sample], "rejected": []}


def verdict_line(path, digest):
    rows = [{"file": path, "rank": 1, "verdict": "accepted"}]
    line = {"event": "verdict", "file": path, "path": path, "digest": digest, "rw": 0.1}
    return line | {"rows": rows, "parameters": []}


def test_a_torn_line_is_left_out_and_nothing_else(tmp_path):
    journal = Journal(tmp_path)
    journal.add(read_line("a.gr", "1"))
    journal.add(verdict_line("a.gr", "1"))
    journal.close()
    whole = (tmp_path / JOURNAL).read_bytes()
    for end in range(len(whole) + 1):
        (tmp_path / JOURNAL).write_bytes(whole[:end])
        again = Journal(tmp_path)
        n_lines = whole[:end].count(b"\n")
        assert again.is_read("a.gr", "1") == (n_lines >= 1)
        assert (len(again.verdicts) == 1) == (n_lines == 2)
        again.add(read_line("b.gr", "2"))  # goes behind what is whole
        again.close()
        assert Journal(tmp_path).is_read("b.gr", "2")


def test_a_changed_file_loses_its_verdict(tmp_path):
    journal = Journal(tmp_path)
    journal.add(read_line("a.gr", "1"))
    journal.add(verdict_line("a.gr", "1"))
    journal.save_tables()
    table = load_table(tmp_path / "identification.csv", IDENTIFICATION)
    assert table["verdict"].tolist() == ["accepted"]
    journal.add(read_line("a.gr", "2"))
    assert journal.waiting("a.gr") == ["a.gr"]
    assert not journal.is_read("a.gr", "1")
    assert len(journal.samples) == 1
    journal.close()
