"""``python -m bench``: one command for all measurements, none of which begins by mistake."""

from __future__ import annotations

import pytest

from bench.__main__ import MEASUREMENTS, main


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_each_says_what_it_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"python -m bench {name}" in capsys.readouterr().out


def test_help_names_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert all(f"\n  {name} " in said for name in MEASUREMENTS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["weather"], "invalid choice: 'weather'"),
        (["levels", "sofa.glb"], "sofa.glb is no file"),
        (["outputs", "folder", "sofa"], "sofa is none of"),
    ],
)
def test_what_it_does_not_know_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
