"""Calls of WeCom are read as the public vectors say, and forged ones are refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from bihuan.integrations.wecom.crypt import CallbackForged, Crypt
from bihuan.integrations.wecom.tool import read_xml
from tests.examples import examples

OWN = Crypt(
    token="QDG6eK", key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", receiver="wx5823bf96d3bd56c7"
)


def vectors(folder: Path) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads((folder / "wecom/vectors.json").read_text())["vectors"]
    return told


def crypt_of(vector: dict[str, Any]) -> Crypt:
    return Crypt(vector["token"], vector["encoding_aes_key"], vector["receive_id"])


def opened(crypt: Crypt, vector: dict[str, Any], **other: str) -> str:
    given_ = {
        "signature": vector["msg_signature"],
        "timestamp": vector["timestamp"],
        "nonce": vector["nonce"],
        "sealed": vector["encrypt"],
    }
    return crypt.opened(**{**given_, **other})


def test_the_public_vectors_are_read_to_the_letter(shared_data: Path) -> None:
    known = vectors(shared_data)
    assert len(known) == 4
    for vector in known:
        assert opened(crypt_of(vector), vector) == vector["expected_plaintext"]


def test_what_we_seal_is_what_the_public_vector_seals(shared_data: Path) -> None:
    [vector] = [each for each in vectors(shared_data) if each["kind"] == "encrypt"]
    crypt = crypt_of(vector)
    sealed = crypt.sealed(vector["message"], random=vector["random16"].encode())
    assert sealed == vector["encrypt"]
    signature = crypt.signature(vector["timestamp"], vector["nonce"], sealed)
    assert signature == vector["msg_signature"]


def test_what_is_signed_otherwise_or_meant_for_another_is_refused(shared_data: Path) -> None:
    vector = vectors(shared_data)[1]
    crypt = crypt_of(vector)
    for other in (
        {"signature": "0" * 40},
        {"signature": "签" * 40},
        {"timestamp": "1411525904"},
        {"sealed": vector["encrypt"][:-4]},
    ):
        with pytest.raises(CallbackForged):
            opened(crypt, vector, **other)
    with pytest.raises(CallbackForged):
        opened(replace(crypt, receiver="wx49f0ab532d5d035b"), vector)


@pytest.mark.parametrize("sealed", ["", "A", "AAAA", "Z" * 64, "A" * 44])
def test_what_is_no_ciphertext_is_refused_though_it_is_signed(sealed: str) -> None:
    with pytest.raises(CallbackForged):
        OWN.opened(
            signature=OWN.signature("1", "2", sealed), timestamp="1", nonce="2", sealed=sealed
        )


@given(st.text(max_size=120).filter(lambda text: text.isprintable()))
@tried(max_examples=examples(50), deadline=None)
def test_whatever_is_said_comes_back(text: str) -> None:
    sealed = OWN.sealed(text)
    signature = OWN.signature("1", "2", sealed)
    assert OWN.opened(signature=signature, timestamp="1", nonce="2", sealed=sealed) == text


@pytest.mark.parametrize(
    "text",
    [
        "<xml><a>1",
        '<!DOCTYPE x [<!ENTITY e "x">]><xml><a>&e;</a></xml>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>',
        "",
    ],
)
def test_xml_with_entities_or_none_at_all_is_refused(text: str) -> None:
    with pytest.raises(CallbackForged):
        read_xml(text)
