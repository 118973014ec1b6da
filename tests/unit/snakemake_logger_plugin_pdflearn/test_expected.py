"""The table of what the jobs of the default study take."""

from snakemake_logger_plugin_pdflearn.expected import read_expected, write_expected


def test_the_table_is_made_of_a_studys_benchmarks(tmp_path):
    folder = tmp_path / "benchmarks" / "simulate"
    folder.mkdir(parents=True)
    (folder / "000.tsv").write_text("s\th:m:s\n12.345\t0:00:12\n")
    (folder.parent / "split.tsv").write_text("s\th:m:s\n2\t0:00:02\n")
    table = tmp_path / "table.csv"
    assert write_expected(folder.parent, table) == 2
    assert read_expected(table) == {"simulate/000": 12.3, "split": 2.0}


def test_the_table_at_hand_names_jobs_of_the_study():
    expected = read_expected()
    assert {"split", "simulate/000", "report"} <= set(expected)
    assert min(expected.values()) > 0.0
