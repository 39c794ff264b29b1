"""Reading protocol files: places, plain data, and what YAML may not do."""

import contextlib
import importlib.resources
import pathlib
import pickle

import hypothesis
import pytest
from hypothesis import strategies as st
from pydantic import ValidationError

from kapsim.trial.loading import (
    bundled_names,
    line_of,
    load_protocol,
    parse_protocol,
)
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol_file.complaints import complaints
from kapsim.trial.protocol_file.document import MAX_BYTES, read_document
from kapsim.trial.protocol_file.outline import MAX_DEPTH, field_text, read_outline
from kapsim.trial.protocol_file.problems import Problem, ProtocolError
from tests.unit.trial.builders import TEXT


def refusal(text: str) -> str:
    with pytest.raises(ProtocolError) as caught:
        read_outline(text, "x.yaml")
    return str(caught.value)


def test_places_count_from_one_and_point_at_values_and_keys() -> None:
    outline = read_outline("a: 1\nb:\n  - c: 2\n    d: 3\n", "x.yaml")
    assert outline.data == {"a": 1, "b": [{"c": 2, "d": 3}]}
    assert outline.place(("b", 0, "d")) == (4, 8)
    assert outline.place(("b", 0, "d"), key=True) == (4, 5)
    assert outline.place(("b", 0, "missing", "deeper")) == (3, 5)


def test_a_complaint_about_the_whole_file_names_it() -> None:
    with pytest.raises(ValidationError) as caught:
        Protocol.model_validate("x")
    (problem,) = complaints(caught.value, read_outline("id: x\n", "x.yaml"))
    assert problem.do == "Correct the file."
    assert problem.line == 1


def test_scalars_are_what_they_look_like() -> None:
    text = "{a: on, b: 07:30, c: 2024-01-02, d: 1e-3, e: '5', f: null, g: 1.5, h: 0b_}"
    assert read_outline(text, "x").data == {
        "a": True,
        "b": "07:30",
        "c": "2024-01-02",
        "d": 0.001,
        "e": "5",
        "f": None,
        "g": 1.5,
        "h": "0b_",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\nb: *x\n", "line 1, column 4: &x"),
        ("b: *x\n", "line 1, column 4: *x"),
        ("a: !!python/object/apply:os.system ['ls']\n", "tag tag:yaml.org,2002:python"),
        ("a: !mine 1\n", "values without tags"),
        ("<<: {a: 1}\n---\nb: 1\n", "a second document"),
        ("a: " + "[" * (MAX_DEPTH + 1), f"nesting deeper than {MAX_DEPTH}"),
        ("a: [" + "1, " * 30_000 + "1]", "more than 20000 values"),
        ("a: 1\na: 2\n", "line 2, column 1: a: the field is there twice"),
        ("[1, 2]: 3\n", "a field without name"),
        ("a: 'open\n", "not YAML"),
        ("a: 1\n  b: 2\n", "line 2, column 4: not YAML"),
        ("- a\n- b\n", "line 1: a list"),
        ("just words\n", "line 1: a single value"),
        ("# only a comment\n", "nothing but comments"),
    ],
)
def test_only_plain_data_is_read(text: str, expected: str) -> None:
    assert expected in refusal(text)


def test_laughs_are_refused_before_they_grow() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 60)]
    assert "no anchors (&) and no aliases (*)" in refusal("\n".join(lines))


def test_document_limits(tmp_path: pathlib.Path) -> None:
    def given(data: bytes) -> str:
        path = tmp_path / "p.yaml"
        path.write_bytes(data)
        with pytest.raises(ProtocolError) as caught:
            read_document(path)
        return str(caught.value)

    assert "not text (byte 0x00 at position 3)" in given(b"abc\x00def")
    assert "line 2: byte 0xe9 is not UTF-8" in given(b"a: b\nname: caf\xe9\n")
    assert "larger than 2 MB" in given(b"a" * (MAX_BYTES + 1))
    assert "the file is empty" in given(b" \n\n")
    assert "is a directory" in str(refused_path(tmp_path))
    assert "no such file" in str(refused_path(tmp_path / "absent.yaml"))


def refused_path(path: pathlib.Path) -> ProtocolError:
    with pytest.raises(ProtocolError) as caught:
        read_document(path)
    return caught.value


def test_a_byte_order_mark_is_not_text(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"\xef\xbb\xbfkapsim: 1\n")
    assert read_document(path) == "kapsim: 1\n"


def test_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(ProtocolError, match="Did you mean synapse"):
        load_protocol("synaps")


def test_a_file_loads_like_the_bundled_protocol_it_copies(
    tmp_path: pathlib.Path,
) -> None:
    bundled = importlib.resources.files("kapsim.trial") / "protocols" / "synapse.yaml"
    copy = tmp_path / "copy.yaml"
    copy.write_bytes(bundled.read_bytes())
    assert load_protocol(copy) == load_protocol("synapse")
    assert "synapse" in bundled_names()


def test_field_paths_read_like_python() -> None:
    assert field_text(("arms", 0, "treatments", 1, "amount")) == (
        "arms[0].treatments[1].amount"
    )


def test_errors_cross_processes() -> None:
    error = ProtocolError("x.yaml", (Problem("a", "got 1", "2", "Do it.", 3, 4),))
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert str(again) == "x.yaml: line 3, column 4: a: got 1. Allowed: 2. Do it."


def test_problems_come_in_the_order_of_the_file() -> None:
    with pytest.raises(ProtocolError) as caught:
        parse_protocol("kapsim: 2\nname: A b\ntitle: t\nextra: 1\n", "x.yaml")
    lines = [problem.line for problem in caught.value.problems]
    assert lines == sorted(line for line in lines if line is not None)
    assert {1, 2, 4} <= set(lines)


def test_a_long_list_of_problems_is_cut() -> None:
    text = "kapsim: 1\n" + "".join(f"x{i}: 1\n" for i in range(100))
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text, "x.yaml")
    assert len(caught.value.problems) > 100
    assert str(caught.value).count("\n") == 21
    assert str(caught.value).endswith(f"and {len(caught.value.problems) - 20} more")


TOKENS = ["{", "}", "[", ":", "\n", "- ", ".nan", "null", "'", "&a", "*a", "%", "-1"]
TOKENS += ["day 99999999999", "1_0", "12:30:45", "0x1", "\x85", "\u2028", "9" * 5000]


@hypothesis.given(
    st.lists(
        st.tuples(
            st.integers(0, len(TEXT)), st.integers(0, 12), st.sampled_from(TOKENS)
        ),
        min_size=1,
        max_size=3,
    )
)
@hypothesis.settings(max_examples=60)
def test_spoilt_text_never_breaks_the_reader(
    spoils: list[tuple[int, int, str]],
) -> None:
    text = TEXT
    for start, length, token in spoils:
        text = text[:start] + token + text[start + length :]
    with contextlib.suppress(ProtocolError):
        assert parse_protocol(text, "x.yaml").kapsim == 1


def test_a_part_of_a_protocol_has_its_line(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(f"{TEXT}plan:\n  comparisons:\n    - [saline, ketamine]\n")
    lines = file.read_text().splitlines()
    assert line_of(file, ("plan", "comparisons", 0)) == len(lines)
    assert "exposure" in lines[(line_of(file, ("arms", 0, "sessions", 1)) or 0) - 1]
    assert line_of("kap-2x2", ("arms", 0)) is not None
    assert line_of(tmp_path / "none.yaml", ("arms", 0)) is None
