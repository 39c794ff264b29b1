"""What becomes of files: added, replaced, known already, refused."""

import os
from pathlib import Path

import pytest

from kapsim.answers.shelf import Kind, Outcome, Shelf, open_shelf
from tests.unit.answers.shelf import papers


def shelf_at(folder: Path) -> Shelf:
    return open_shelf(folder / "library.sqlite")


def kinds(outcomes: list[Outcome]) -> list[str]:
    return [outcome.kind.value for outcome in outcomes]


def test_folders_are_walked_and_told_file_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    paths = [papers.write(folder / part, n) for n, part in enumerate(("", "b", "a/c"))]
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.txt").write_text("Hidden words.", encoding="utf-8")
    (folder / "b" / "round").symlink_to(folder)
    told: list[tuple[str, int]] = []
    with shelf_at(tmp_path) as shelf:
        outcomes = shelf.add(
            [folder, paths[0]],
            on_progress=lambda outcome, total: told.append((outcome.path, total)),
        )
        assert kinds(outcomes) == ["added"] * 3
        assert told == [(str(paths[n]), 3) for n in (2, 1, 0)]
        assert {one.path for one in shelf.documents()} == set(map(str, paths))


def test_a_document_is_kept_as_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "Ärger & Müll.md"
    text = "# Wär’ ich’s\n\nErste Zeile.\n\n## Teil\n\nZweite „Zeile“ – ﬁn."
    path.write_text(text, encoding="utf-8")
    with shelf_at(tmp_path) as shelf:
        (outcome,) = shelf.add([path])
        assert outcome.document is not None
        assert outcome.document == shelf.document(outcome.document.id)
        assert outcome.document.passages == 2
        first, second = shelf.passages(outcome.document.id)
        assert (first.place.paragraph, second.place.paragraph) == (1, 2)
        assert "„Zeile“" in second.text
        (found,) = shelf.search("zweite", 5)
        assert (found.document_id, found.passage) == (outcome.document.id, second)


def test_one_refused_file_does_not_stop_the_others(tmp_path: Path) -> None:
    good = papers.write(tmp_path, 1)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and then nothing")
    with shelf_at(tmp_path) as shelf:
        outcomes = shelf.add([tmp_path / "absent.txt", broken, good])
        assert kinds(outcomes) == ["refused", "refused", "added"]
        assert "absent.txt: No such file or directory." in outcomes[0].why
        assert "broken.pdf" in outcomes[1].why
        assert [one.path for one in shelf.documents()] == [str(good)]
        assert shelf.check() == []


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"stra\xdfe.txt")
    path.write_text("Some words.", encoding="utf-8")
    with shelf_at(tmp_path) as shelf:
        (outcome,) = shelf.add([path])
        assert outcome.kind is Kind.REFUSED
        assert outcome.why.endswith(
            r"stra\xdfe.txt: its name is not text in UTF-8. Rename it."
        )


def test_the_same_file_is_known_under_any_name(tmp_path: Path) -> None:
    path = papers.write(tmp_path, 1)
    copy = tmp_path / "copy.txt"
    copy.write_bytes(path.read_bytes())
    with shelf_at(tmp_path) as shelf:
        first, second = shelf.add([path, copy])
        assert second.kind is Kind.DUPLICATE
        assert first.document is not None
        assert second.document == first.document
        assert second.why == f"the same file as {first.document.id}"


def test_a_moved_file_is_found_again(tmp_path: Path) -> None:
    path = papers.write(tmp_path, 1)
    with shelf_at(tmp_path) as shelf:
        shelf.add([path])
        moved = path.rename(tmp_path / "moved.txt")
        assert "cannot be read" in shelf.check()[0].what
        (outcome,) = shelf.add([moved])
        assert outcome.why.endswith("; it has moved")
        assert [one.path for one in shelf.documents()] == [str(moved)]
        assert shelf.check() == []


def test_the_same_words_in_another_dress_are_known(tmp_path: Path) -> None:
    path = tmp_path / "plain.txt"
    path.write_text("The find was “certain”.\n\nIt was re-\nread.", encoding="utf-8")
    other = tmp_path / "page.html"
    other.write_text(
        '<html><body><p>The ﬁnd was "certain".</p><p>It was reread.</p></body></html>',
        encoding="utf-8",
    )
    with shelf_at(tmp_path) as shelf:
        first, second = shelf.add([path, other])
        assert kinds([first, second]) == ["added", "duplicate"]
        assert second.why.startswith("the same text as ")


@pytest.mark.parametrize(
    ("kept", "kind"), [(12, "duplicate"), (7, "duplicate"), (4, "added")]
)
def test_much_the_same_text_under_one_title_is_known(
    tmp_path: Path, kept: int, kind: str
) -> None:
    """An article lacks a few paragraphs in another file; an extract lacks most."""
    texts = papers.paragraphs(1, 13)
    for folder, shown in (("a", texts), ("b", texts[:kept])):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "one-title.txt"
        path.write_text("\n\n".join(shown), encoding="utf-8")
    with shelf_at(tmp_path) as shelf:
        outcomes = shelf.add([tmp_path / "a", tmp_path / "b"])
        assert kinds(outcomes) == ["added", kind]


def test_a_changed_file_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path = papers.write(tmp_path, 1)
    other = papers.write(tmp_path, 2)
    with shelf_at(tmp_path) as shelf:
        old, _ = shelf.add([path, other])
        path.write_text("Quite another text.", encoding="utf-8")
        (fault,) = shelf.check()
        assert not fault.damage
        assert (
            fault.what == f"{path} has changed. Add it again to take its present text."
        )
        (new,) = shelf.add([path])
        assert old.document is not None
        assert new.kind is Kind.REPLACED
        assert new.why == f"the file has changed; it was {old.document.id}"
        assert shelf.count('"study 1"') == 0
        assert shelf.count("quite") == 1
        assert len(shelf.documents()) == 2
        assert shelf.check() == []


def test_the_order_of_import_does_not_show(tmp_path: Path) -> None:
    paths = [papers.write(tmp_path, number) for number in range(5)]
    answers = []
    for name, order in (("one", paths), ("other", paths[::-1])):
        with open_shelf(tmp_path / name) as shelf:
            shelf.add(order)
            hits = shelf.search("study OR paragraph", 20)
            assert len({hit.score for hit in hits}) < len(hits)
            answers.append((shelf.documents(), hits))
    assert answers[0] == answers[1]


def test_what_is_removed_is_not_found(tmp_path: Path) -> None:
    papers.write(tmp_path / "papers", 1)
    papers.write(tmp_path / "papers", 2)
    with shelf_at(tmp_path) as shelf:
        shelf.add([tmp_path / "papers"])
        first, second = shelf.documents()
        assert shelf.remove(first.id) == first
        assert shelf.documents() == [second]
        assert {hit.document_id for hit in shelf.search("study", 99)} == {second.id}
        assert shelf.check() == []
        (again, _) = shelf.add([tmp_path / "papers"])
        assert again.document == first


BIBTEX = """@article{{one,
  author = {{Doe, Jane and Roe, Richard}},
  title = {{A Study of Nothing}},
  journal = {{Journal of Tests}},
  year = {{2001}},
  doi = {{10.1234/one}},
  file = {{{file}}}
}}
"""


def test_lists_of_references_say_what_documents_are(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    path = papers.write(folder / "files", 1)
    listed = folder / "export.bib"
    listed.write_text(BIBTEX.format(file=f"files/{path.name}"), encoding="utf-8")
    (folder / "broken.ris").write_text("nothing of the kind", encoding="utf-8")
    with shelf_at(tmp_path) as shelf:
        broken, read, added = shelf.add([folder])
        assert kinds([broken, read, added]) == ["refused", "list", "added"]
        assert broken.why.startswith("broken.ris: ")
        assert read.why == "entries: 1"
        assert added.document is not None
        assert added.document.id.startswith("doe_2001_")
        work = added.document.work
        assert (work.authors, work.year) == (("Doe, Jane", "Roe, Richard"), 2001)
        assert work.container == "Journal of Tests"
        assert shelf.documents() == [added.document]


def test_a_list_given_later_describes_what_is_there(tmp_path: Path) -> None:
    path = papers.write(tmp_path / "papers", 1)
    with shelf_at(tmp_path) as shelf:
        (first,) = shelf.add([path])
        (tmp_path / "later.bib").write_text(BIBTEX.format(file=path), encoding="utf-8")
        _, known = shelf.add([tmp_path / "later.bib", path])
        assert first.document is not None
        assert known.document is not None
        assert known.kind is Kind.DUPLICATE
        assert known.why.endswith("; its entry is new")
        assert known.document.id == first.document.id
        assert known.document.work.authors == ("Doe, Jane", "Roe, Richard")
        assert shelf.documents() == [known.document]
        assert shelf.add([tmp_path / "later.bib", path])[1].why == (
            f"the same file as {first.document.id}"
        )


def test_a_supplement_of_the_same_doi_is_kept(tmp_path: Path) -> None:
    article, supplement = papers.write(tmp_path, 1, 9), papers.write(tmp_path, 2, 9)
    same = tmp_path / "same.bib"
    same.write_text(BIBTEX.format(file=article), encoding="utf-8")
    other = tmp_path / "other.bib"
    other.write_text(BIBTEX.format(file=supplement), encoding="utf-8")
    with shelf_at(tmp_path) as shelf:
        (_, first), (_, second) = (
            shelf.add([same, article]),
            shelf.add([other, supplement]),
        )
        assert first.document is not None
        assert second.kind is Kind.ADDED
        assert second.warnings == (
            f"has the DOI of {first.document.id} but another text: kept beside it",
        )
