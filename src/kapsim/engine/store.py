"""Putting chunks together into one table whose bytes do not tell the chunks apart.

Rows are cut anew into groups of fixed size, dictionary columns get their dictionaries
from the caller, and each group is written in one piece, so that the file depends on the
rows alone. Memory stays below two groups and one chunk, however many rows there are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kapsim.engine.atomic import StoreError, atomic_path

ROWS_PER_GROUP = 262_144
COMPRESSION = "zstd"


def write_table(table: pa.Table, path: Path) -> None:
    """Write one chunk atomically; raises `StoreError`."""
    with atomic_path(path) as partial:
        pq.write_table(table, partial, compression=COMPRESSION)


def read_table(path: Path) -> pa.Table:
    """Read one chunk.

    Raises
    ------
    StoreError
        If the file is missing or damaged.
    """
    try:
        return pq.ParquetFile(path).read()
    except (OSError, pa.ArrowInvalid) as error:
        raise StoreError(
            f"cannot read {path}: {error}. Delete this file and run again: only what "
            "is missing is computed."
        ) from error


def assemble(
    chunk_paths: Iterable[Path],
    out_path: Path,
    *,
    dictionaries: Mapping[str, Sequence[str]],
    rows_per_group: int = ROWS_PER_GROUP,
) -> int:
    """Stream chunks, in the order given, into one Parquet file.

    Parameters
    ----------
    chunk_paths
        Parquet files with the same columns and types.
    out_path
        File to write, atomically.
    dictionaries
        All values of each dictionary-encoded column, in the order of their codes.
    rows_per_group
        Rows of each row group but the last.

    Returns
    -------
    int
        Number of rows written.

    Raises
    ------
    StoreError
        If a chunk cannot be read or the file not be written.
    ValueError
        If there is no chunk, chunks differ in their columns, or a value is not in its
        dictionary.
    """
    tables = (_encoded(read_table(path), dictionaries) for path in chunk_paths)
    first = next(tables, None)
    if first is None:
        raise ValueError("there is no chunk to put together.")
    rows = 0
    with (
        atomic_path(out_path) as partial,
        pq.ParquetWriter(
            partial, first.schema, compression=COMPRESSION, version="2.6"
        ) as writer,
    ):
        for group in _regrouped(_chain(first, tables), rows_per_group):
            writer.write_table(group.combine_chunks(), row_group_size=rows_per_group)
            rows += group.num_rows
    return rows


def _encoded(table: pa.Table, dictionaries: Mapping[str, Sequence[str]]) -> pa.Table:
    for name, values in dictionaries.items():
        place = table.schema.get_field_index(name)
        if place < 0:
            raise ValueError(f"no column {name!r} in a chunk: {table.schema.names}.")
        coded = _coded(name, table.column(place), values)
        table = table.set_column(place, pa.field(name, coded.type), coded)
    return table.replace_schema_metadata(None)


def _coded(
    name: str, column: pa.ChunkedArray, values: Sequence[str]
) -> pa.DictionaryArray:
    plain = column.cast(pa.string()).combine_chunks()
    encoded = plain.dictionary_encode()
    own = encoded.dictionary.to_pylist()
    if unknown := set(own) - set(values):
        raise ValueError(f"column {name!r} has no code for {unknown}: {list(values)}.")
    code = pa.array([values.index(value) for value in own], pa.int16())
    return pa.DictionaryArray.from_arrays(
        code.take(encoded.indices), pa.array(values, pa.string())
    )


def _chain(first: pa.Table, rest: Iterator[pa.Table]) -> Iterator[pa.Table]:
    yield first
    for table in rest:
        if table.schema != first.schema:
            raise ValueError(
                f"chunks differ in their columns:\n{first.schema}\nand\n{table.schema}"
            )
        yield table


def _regrouped(tables: Iterator[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Tables of exactly `rows` rows, the last one shorter."""
    waiting: list[pa.Table] = []
    held = 0
    for table in tables:
        start = 0
        while held + table.num_rows - start >= rows:
            take = rows - held
            yield pa.concat_tables([*waiting, table.slice(start, take)])
            start, held, waiting = start + take, 0, []
        if start < table.num_rows:
            waiting.append(table.slice(start))
            held += table.num_rows - start
    if waiting:
        yield pa.concat_tables(waiting)
