"""What merchants read of a file that can't be used: plain words first, the machine's behind them."""

from __future__ import annotations

import pytest

from renderd.jobs.words import plainly
from renderd.sandbox import OUT_OF_MEMORY, TOO_LONG

TOLD = {
    "accessor 0 ends at byte 52, beyond its buffer view of 48": "a part of it is missing",
    "the GLB says that it has 900 bytes, but ends after 20: is it cut off?": "a part of it is missing",
    "the STL says that it has 9 triangles, but 4 are there: is it cut off?": "a part of it is missing",
    "node 3 has two parents; expected a tree of nodes": "is damaged, or its program",
    "mesh 0 is wrong; expected a list of primitives": "is damaged, or its program",
    "the model's JSON can't be read: line 1": "is damaged, or its program",
    "accessor 2 holds numbers that are not finite (NaN or infinity)": "sizes or places that can't be",
    "the model draws 9000001 triangles; at most 9000000 are read": "more in this file than we can render",
    "'a.png' in the zip file unpacks to over 200 times its size": "more in this file than we can render",
    "the model draws nothing; expected at least one mesh in its default scene": "nothing to see",
    "image 0 can't be decoded (broken); expected PNG, JPEG or WebP": "A picture in this file",
    "a mesh compressed with Draco can't be decoded; export without it": "without compression",
}


@pytest.mark.parametrize("message", TOLD)
def test_machine_words_stand_behind_a_plain_sentence(message: str) -> None:
    sentence, detail = plainly(message)
    assert TOLD[message] in sentence
    assert sentence.endswith(".")
    assert message[1:] in detail


@pytest.mark.parametrize("sentence", [TOO_LONG, OUT_OF_MEMORY, "The uploaded file is gone. Upload it again."])
def test_sentences_for_people_stay(sentence: str) -> None:
    assert plainly(sentence) == (sentence, "")


def test_what_everybody_understands_needs_no_other_words() -> None:
    for said in (
        "zip file is encrypted; send one without a password",
        "file is not a model that we know; OBJ",
    ):
        assert plainly(f"the {said}") == (f"The {said}.", "")


def test_what_nobody_foresaw_is_said_as_it_is() -> None:
    assert plainly("something else is odd") == ("Something else is odd.", "")
