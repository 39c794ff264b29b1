"""Import and answers with 100,000 passages of the reader's own: writes ANSWERS.md.

Documents are made up: a third of their words are those of kapsim's own claims, so that
every question finds many passages, and the others fall off in frequency as words do.
The floor of the import is SQLite writing the same rows with the same index, and the
floor of an answer is SQLite's own search for the words of the question.
"""

import argparse
import dataclasses
import datetime
import os
import pathlib
import resource
import sqlite3
import statistics
import sys
import tempfile
import textwrap
import time

import numpy as np

from benchmarks.machine import description
from benchmarks.measure import cost
from kapsim.answers.shelf import Shelf, open_shelf
from kapsim.evidence import knowledge

HERE = pathlib.Path(__file__).resolve().parent
KAPSIM = [str(pathlib.Path(sys.executable).with_name("kapsim"))]
DOCUMENT, WORDS, SENTENCE, OWN, RARE = 100, 90, 15, 1 / 3, 30_000
HITS, REPEAT = 50, 3
GOAL_S, GOAL_MB = 1.0, 500
QUESTIONS = (
    "How does ketamine-assisted therapy work for depression?",
    "Does ketamine help the extinction of fear?",
    "How many sessions are needed, and how long does the effect last?",
    "Who does not respond?",
    "What is the capital of France?",
)


@dataclasses.dataclass(frozen=True)
class Spent:
    """Time by the clock and of the processor [s], memory at peak [MiB]."""

    seconds: float
    processor_s: float
    peak_mib: float


def write_documents(folder: pathlib.Path, passages: int) -> None:
    """Text files of a hundred paragraphs each."""
    rng = np.random.default_rng(8)
    common = " ".join(claim.text for claim in knowledge().claims.values()).split()
    syllables = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
    picked = rng.integers(len(syllables), size=(RARE, 3))
    rare = np.array(["".join(syllables[n] for n in row) for row in picked])
    share = 1 / np.arange(1, RARE + 1)
    shape = (DOCUMENT, WORDS)
    for number in range(passages // DOCUMENT):
        words = rng.choice(rare, size=shape, p=share / share.sum())
        own = rng.random(shape) < OWN
        words = np.where(own, rng.choice(common, size=shape), words)
        text = "\n\n".join(paragraph(row) for row in words)
        path = folder / f"document-{number:05}.txt"
        path.write_text(text, encoding="utf-8")


def paragraph(words: np.ndarray) -> str:
    """Words in sentences of fifteen."""
    parts = words.reshape(-1, SENTENCE)
    return " ".join(" ".join(part).capitalize() + "." for part in parts)


def floor_of_import(shelf: Shelf, path: pathlib.Path) -> float:
    """Seconds that SQLite needs for the same passages, a document at a time."""
    documents = [shelf.passages(document.id) for document in shelf.documents()]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE passage (row INTEGER PRIMARY KEY, text TEXT)")
    connection.execute(
        "CREATE VIRTUAL TABLE passage_index USING fts5(text, content='passage', "
        "content_rowid='row', tokenize='porter unicode61 remove_diacritics 2')"
    )
    start = time.process_time()
    row = 0
    for passages in documents:
        rows = [(row + n, passage.text) for n, passage in enumerate(passages)]
        row += len(rows)
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO passage VALUES (?, ?)", rows)
        connection.executemany(
            "INSERT INTO passage_index (rowid, text) VALUES (?, ?)", rows
        )
        connection.execute("COMMIT")
    connection.close()
    return time.process_time() - start


def floor_of_answer(library: pathlib.Path, question: str) -> tuple[float, int]:
    """Seconds of SQLite's search for the words, and how many passages have one."""
    words = "".join(sign if sign.isalnum() else " " for sign in question).split()
    query = " OR ".join(f'"{word}"' for word in words)
    connection = sqlite3.connect(f"{library.as_uri()}?mode=ro", uri=True)
    seconds = []
    for _ in range(REPEAT):
        start = time.process_time()
        connection.execute(
            "SELECT rowid FROM passage_index WHERE passage_index MATCH ? "
            "ORDER BY bm25(passage_index) LIMIT ?",
            (query, HITS),
        ).fetchall()
        seconds.append(time.process_time() - start)
    (found,) = connection.execute(
        "SELECT count(*) FROM passage_index WHERE passage_index MATCH ?", (query,)
    ).fetchone()
    connection.close()
    return statistics.median(seconds), found


def command(*words: str) -> Spent:
    """What a whole command costs: start, work, print."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = cost([*KAPSIM, *words])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(found.seconds, processor_s, found.peak_mib)


def asked(question: str, *words: str) -> Spent:
    """Cost of asking: the median of a few, and the greatest memory."""
    found = [command("ask", question, *words) for _ in range(REPEAT)]
    return Spent(
        statistics.median(one.seconds for one in found),
        statistics.median(one.processor_s for one in found),
        max(one.peak_mib for one in found),
    )


def answered(question: str, library: pathlib.Path) -> tuple[float, int]:
    """Processor seconds of a call in a program that is running, and quotations."""
    from kapsim.answers.asking import ask

    quoted = len(ask(question, library).quotations)  # loads the records
    seconds = []
    for _ in range(REPEAT):
        start = time.process_time()
        ask(question, library)
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), quoted


def import_table(passages: int, added: Spent, floor_s: float, size_mb: float) -> str:
    """Rows of the import."""
    return "\n".join(
        [
            "| import | value |",
            "| --- | --- |",
            f"| passages | {passages:,} in {passages // DOCUMENT:,} text files |",
            f"| `kapsim library add`, by the clock | {added.seconds:.0f} s |",
            f"| of the processor | {added.processor_s:.0f} s, "
            f"{passages / added.processor_s:,.0f} passages a second |",
            f"| SQLite alone, of the processor | {floor_s:.0f} s, "
            f"{passages / floor_s:,.0f} passages a second |",
            f"| memory at peak | {added.peak_mib:,.0f} MiB |",
            f"| size of the library | {size_mb:,.0f} MB |",
        ]
    )


def answer_table(library: pathlib.Path) -> str:
    """Rows of the answers."""
    lines = [
        "| question | passages with a word of it | quotations | SQLite's search | "
        "`ask` in Python | `kapsim ask`, processor | by the clock | memory | processor "
        "without the library |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for question in QUESTIONS:
        floor_s, found = floor_of_answer(library, question)
        ask_s, quoted = answered(question, library)
        whole, without = asked(question, "--library", str(library)), asked(question)
        lines.append(
            f"| {question} | {found:,} | {quoted} | {floor_s:.2f} s | {ask_s:.2f} s | "
            f"{whole.processor_s:.2f} s | {whole.seconds:.2f} s | "
            f"{whole.peak_mib:.0f} MiB | {without.processor_s:.2f} s |"
        )
    return "\n".join(lines)


def page(passages: int, tables: list[str]) -> str:
    """The page."""
    said = " ".join((__doc__ or "").split("\n\n", 1)[1].split())
    machine = description()
    said += (
        " `kapsim ask` is the whole command, start and printing too; the aim is less "
        f"than {GOAL_S:.0f} s and {GOAL_MB} MB with {passages:,} passages. Times are "
        "of the processor unless by the clock: other programs, of which there were "
        "some, hardly lengthen those. Measured on "
        f"{datetime.date.today().isoformat()} on {machine['cores']} cores "
        f"({machine['processor']}); Python {machine['python']}, SQLite "
        f"{sqlite3.sqlite_version}."
    )
    parts = [
        "# Answers from the reader's own library",
        "Written by `python -m benchmarks.answers`.",
        textwrap.fill(said, 88),
        *tables,
    ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Measure, write, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--passages", type=int, default=100_000)
    options.add_argument("--output", type=pathlib.Path, default=HERE)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        documents = pathlib.Path(place, "documents")
        documents.mkdir()
        write_documents(documents, given.passages)
        library = pathlib.Path(place, "library.sqlite").resolve()
        os.environ["KAPSIM_LIBRARY"] = str(documents / "none")  # unless one is named
        added = command("library", "add", str(documents), "--library", str(library))
        with open_shelf(library, read_only=True) as shelf:
            passages = sum(document.passages for document in shelf.documents())
            floor_s = floor_of_import(shelf, pathlib.Path(place, "floor.sqlite"))
        size_mb = library.stat().st_size / 1e6
        tables = [
            import_table(passages, added, floor_s, size_mb),
            answer_table(library),
        ]
    text = page(passages, tables)
    (given.output / "ANSWERS.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
