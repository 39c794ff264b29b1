"""Vectors by a stub of an embedding model."""

import numpy as np
import pytest

from kapsim.answers.prose import Model, ModelError, embed
from tests.unit.answers.prose.stub_server import stub_server


def by_length(path: str, request: dict) -> dict:
    """Vectors that tell texts apart by their lengths, given in reverse order."""
    rows = [
        {"index": place, "embedding": [len(text), 1.0]}
        for place, text in enumerate(request["input"])
    ]
    return {"data": rows[::-1]}


def test_vectors_are_in_the_order_of_the_texts_and_of_length_one():
    texts = ["a" * place for place in range(1, 151)]
    with stub_server(by_length) as (address, asked):
        vectors = embed(texts, Model(address, "small"))
    assert vectors.shape == (150, 2)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-12, atol=0)
    ratio = vectors[:, 0] / vectors[:, 1]
    np.testing.assert_allclose(ratio, np.arange(1, 151), rtol=1e-12, atol=0)
    assert [len(one["request"]["input"]) for one in asked] == [64, 64, 22]
    assert {one["path"] for one in asked} == {"/v1/embeddings"}


def test_no_texts_are_not_sent():
    assert embed([], Model("http://127.0.0.1:9/v1", "small")).shape == (0, 0)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        [{"index": 1, "embedding": [1.0]}],
        [{"index": 0, "embedding": ["x"]}],
        [{"index": 0, "embedding": [0.0, 0.0]}],
        [{"index": 0, "embedding": [float("nan"), 1.0]}],
        [{"index": 0}],
    ],
)
def test_what_is_no_vector_for_each_text_is_refused(data):
    with (
        stub_server(lambda path, request: {"data": data}) as (address, _),
        pytest.raises(ModelError, match="one vector for each text"),
    ):
        embed(["text"], Model(address, "small"))
