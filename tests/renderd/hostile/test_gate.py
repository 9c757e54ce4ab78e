"""What a file states of itself is checked before any library is asked what it holds."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest

from renderd.pipeline.errors import ModelError
from renderd.pipeline.inputs import open_model
from tests.renderd.hostile.attacks import archives, geometry, pictures, streams
from tests.renderd.hostile.attacks.attack import Attack

LIBRARIES = {"PIL", "trimesh", "pxr"}

KINDS = {
    "geometry": geometry.ATTACKS,
    "pictures": pictures.ATTACKS,
    "streams": streams.ATTACKS,
}

ONLY_BY_DECODING = ("can't be decoded", "not as the model says", "has no POSITION")
"""Refusals of files whose headers tell the truth."""


def called_for(attack: Attack, folder: Path) -> set[str]:
    """The libraries of which a function runs until a file is refused."""
    found: set[str] = set()

    def note(frame: FrameType, event: str, function: object) -> None:
        name = frame.f_globals.get("__name__", "") if event == "call" else getattr(function, "__module__", "")
        found.update(LIBRARIES & {str(name).partition(".")[0]})

    (folder / "source").write_bytes(attack.make())
    sys.setprofile(note)
    try:
        with pytest.raises(ModelError):
            open_model(folder / "source", "m")
    finally:
        sys.setprofile(None)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_no_library_is_asked(tmp_path: Path, kind: str) -> None:
    plain = [attack for attack in KINDS[kind] if attack.words not in ONLY_BY_DECODING]
    assert {attack.name: libraries for attack in plain if (libraries := called_for(attack, tmp_path))} == {}


def test_it_would_be_seen(tmp_path: Path) -> None:
    (program,) = (attack for attack in archives.ATTACKS if attack.name == "a program called BMP")
    assert called_for(program, tmp_path) == {"PIL"}
