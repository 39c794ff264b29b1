"""A model is named by the reader, and its faults are told plainly."""

import time

import pytest

from kapsim.answers.prose import Model, ModelError, named_model
from kapsim.answers.prose.client import post
from tests.unit.answers.prose.stub_server import stub_server


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    for name in ("KAPSIM_MODEL_ADDRESS", "KAPSIM_MODEL", "KAPSIM_MODEL_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_no_model_unless_one_is_named(monkeypatch):
    assert named_model() is None
    monkeypatch.setenv("KAPSIM_MODEL_KEY", "secret")
    assert named_model() is None


def test_environment_and_options(monkeypatch):
    monkeypatch.setenv("KAPSIM_MODEL_ADDRESS", "http://localhost:1/v1")
    monkeypatch.setenv("KAPSIM_MODEL", "small")
    monkeypatch.setenv("KAPSIM_MODEL_KEY", "secret")
    assert named_model() == Model("http://localhost:1/v1", "small", "secret")
    found = named_model("http://localhost:2/v1", "large")
    assert found == Model("http://localhost:2/v1", "large", "secret")
    assert "secret" not in repr(found)


def test_half_a_model_is_refused():
    with pytest.raises(ModelError, match="has no address"):
        named_model(name="small")
    with pytest.raises(ModelError, match="no model is named"):
        named_model("http://localhost:1/v1")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "localhost:1", "http://"])
def test_addresses_of_no_server_are_refused(address):
    with pytest.raises(ModelError, match="no address of a language model"):
        Model(address, "small")


def test_the_key_is_sent_and_only_if_there_is_one():
    with stub_server(lambda path, request: {}) as (address, asked):
        post(Model(address, "small"), "x", {"a": 1})
        post(Model(f"{address}/", "small", "secret"), "x", {"a": 1})
    assert [one["key"] for one in asked] == [None, "Bearer secret"]
    assert [one["path"] for one in asked] == ["/v1/x", "/v1/x"]
    assert asked[0]["request"] == {"a": 1}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((401, {}), "answered 401"),
        ((500, {}), "answered 500"),
        (b"<html>", "did not answer with JSON"),
    ],
)
def test_faults_of_a_server(given, said):
    with (
        stub_server(lambda path, request: given) as (address, _),
        pytest.raises(ModelError, match=said),
    ):
        post(Model(address, "small", "secret"), "x", {})


def test_a_redirection_is_not_followed():
    with stub_server(lambda path, request: {"other": 1}) as (other, asked):
        away = (307, {"Location": f"{other}/x"})
        with (
            stub_server(lambda path, request: away) as (address, _),
            pytest.raises(ModelError, match="answered 307"),
        ):
            post(Model(address, "small", "secret"), "x", {})
    assert asked == []


def test_no_server():
    with stub_server(lambda path, request: {}) as (address, _):
        pass
    with pytest.raises(ModelError, match="cannot be reached"):
        post(Model(address, "small"), "x", {})


def test_a_server_that_does_not_answer_in_time():
    def late(path: str, request: dict) -> dict:
        time.sleep(0.3)
        return {}

    with (
        stub_server(late) as (address, _),
        pytest.raises(ModelError, match="cannot be reached"),
    ):
        post(Model(address, "small", timeout_s=0.05), "x", {})
