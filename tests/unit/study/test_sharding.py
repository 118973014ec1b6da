"""Structures and files are divided by the hash of their names."""

from hypothesis import given
from hypothesis import strategies as st

from pdflearn.study.sharding import LibraryShard, is_archive, shard_of


@given(st.text(), st.integers(1, 1000))
def test_a_name_has_one_shard_whatever_else_there_is(name, n_shards):
    shard = shard_of(name, n_shards)
    assert 0 <= shard < n_shards
    assert shard_of(name, n_shards) == shard


def test_names_spread_over_the_shards():
    counts = [0] * 8
    for i in range(8000):
        counts[shard_of(f"compound {i}", 8)] += 1
    assert 850 < min(counts) <= max(counts) < 1150  # five standard deviations


def test_bytes_that_are_no_text_have_a_shard_too():
    assert 0 <= shard_of("caf\udce9.cif", 4) < 4


def test_only_archives_are_divided_by_their_members():
    assert is_archive("a.ZIP")
    assert not is_archive("a.gr.gz")


def test_the_digest_follows_what_is_built_and_not_what_is_looked_up():
    shard = LibraryShard(compounds={"NaCl": "1"}, hypothetical={"rocksalt": "2"})
    same = LibraryShard({"NaCl": "1"}, {"rocksalt": "2"}, lookup={"KCl": "3"}, rare={"x": "4"})
    assert shard.digest == same.digest
    assert shard.digest != LibraryShard({"NaCl": "9"}, {"rocksalt": "2"}).digest
