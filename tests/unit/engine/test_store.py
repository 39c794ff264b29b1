"""Assembling: the bytes depend on the rows alone."""

import hashlib
import itertools
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings, strategies as st

from kapsim.engine.atomic import StoreError
from kapsim.engine.store import assemble, read_table, write_table

ROWS = 1000
ARMS = ["placebo", "ketamine", "never used"]


def rows() -> pa.Table:
    """Made-up visits: dictionaries, nulls, several types."""
    patient = np.arange(ROWS)
    score = (patient * 7919) % 61
    return pa.table(
        {
            "arm": pa.array([ARMS[p // 700] for p in patient]),
            "patient": pa.array(patient, pa.int32()),
            "score": pa.array(score, pa.int16(), mask=score % 5 == 0),
            "change": pa.array(score / 7, pa.float32()),
            "name": pa.array([f"S-{p}" for p in patient]),
        }
    )


def assembled(
    directory: Path, cuts: list[int], *, dictionaries: bool = True, group: int = 256
) -> str:
    table, paths = rows(), []
    edges = [0, *sorted(cuts), ROWS]
    for number, (start, end) in enumerate(itertools.pairwise(edges)):
        paths.append(directory / f"{number}.parquet")
        part = table.slice(start, end - start).combine_chunks()
        own = part.column("arm").dictionary_encode()  # as a chunk by itself would
        write_table(part.set_column(0, "arm", own), paths[-1])
    out = directory / "out.parquet"
    codes = {"arm": ARMS} if dictionaries else {}
    assert assemble(paths, out, dictionaries=codes, rows_per_group=group) == ROWS
    return hashlib.sha256(out.read_bytes()).hexdigest()


@settings(max_examples=25)
@given(cuts=st.lists(st.integers(0, ROWS), max_size=6))
def test_bytes_do_not_depend_on_the_chunks(
    cuts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("chunks")
    assert assembled(directory, cuts) == assembled(directory, [])


def test_free_dictionaries_would_depend_on_the_chunks(tmp_path: Path) -> None:
    """Planted fault: without fixed dictionaries the bytes give the chunks away."""
    one = assembled(tmp_path, [], dictionaries=False)
    assert one != assembled(tmp_path, [750], dictionaries=False)


def test_rows_survive_and_groups_are_fixed(tmp_path: Path) -> None:
    assembled(tmp_path, [10, 10, 300])
    file = pq.ParquetFile(tmp_path / "out.parquet")
    groups = [
        file.metadata.row_group(k).num_rows for k in range(file.metadata.num_row_groups)
    ]
    assert groups == [256, 256, 256, 232]
    assert file.read().to_pylist() == rows().to_pylist()
    assert pa.types.is_dictionary(file.schema_arrow.field("arm").type)


def test_chunks_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    one, two = tmp_path / "1.parquet", tmp_path / "2.parquet"
    out = tmp_path / "out.parquet"
    write_table(rows(), one)
    write_table(rows().drop_columns("score"), two)
    with pytest.raises(ValueError, match="chunks differ in their columns"):
        assemble([one, two], out, dictionaries={"arm": ARMS})
    with pytest.raises(ValueError, match="no chunk"):
        assemble([], out, dictionaries={})
    with pytest.raises(ValueError, match=r"'arm' has no code for {'ketamine'}"):
        assemble([one], out, dictionaries={"arm": ["placebo"]})
    with pytest.raises(ValueError, match="no column 'ram' in a chunk"):
        assemble([one], out, dictionaries={"ram": ARMS})
    assert sorted(tmp_path.iterdir()) == [one, two]


def test_a_damaged_chunk_says_what_to_do(tmp_path: Path) -> None:
    damaged = tmp_path / "chunk.parquet"
    write_table(rows(), damaged)
    damaged.write_bytes(damaged.read_bytes()[:-20])
    with pytest.raises(StoreError, match=r"cannot read .*Delete this file and run"):
        read_table(damaged)
    with pytest.raises(StoreError, match="cannot read"):
        assemble([damaged], tmp_path / "out.parquet", dictionaries={})
    with pytest.raises(StoreError, match="cannot read"):
        read_table(tmp_path / "missing.parquet")
