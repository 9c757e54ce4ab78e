"""``build``: what it writes, that it writes it the same each time, and what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stacks.sets import ENVIRONMENTS, built
from troposphere_stacks.__main__ import main
from troposphere_stacks.kit.tags import tag
from troposphere_stacks.manifest import LARGEST_BYTES
from troposphere_stacks.stack import StackTemplate


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("stacks")
    assert main(["--out", str(out)]) == 0
    return out


def test_the_same_command_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    assert main(["build", "--out", str(tmp_path)]) == 0
    assert contents(tmp_path) == contents(folder)


def test_the_manifest_lists_what_was_written(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert {entry["file"] for entry in manifest} == contents(folder).keys() - {"manifest.json"}
    for entry in manifest:
        body = (folder / entry["file"]).read_bytes()
        assert (entry["bytes"], entry["resources"]) == (len(body), len(json.loads(body)["Resources"]))


def test_a_build_takes_away_what_the_one_before_left(tmp_path: Path) -> None:
    assert main(["--env", "dev", "--regions", "us-east-1,eu-west-1", "--out", str(tmp_path)]) == 0
    (tmp_path / "eu-west-1" / "mine.json").write_text("{}")
    assert main(["--env", "dev", "--regions", "us-east-1", "--out", str(tmp_path)]) == 0
    assert [path.name for path in (tmp_path / "eu-west-1").iterdir()] == ["mine.json"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--env", "production"], "--env must be one of prod, staging, dev"),
        (["--regions", "mars-1"], "'mars-1' is not one of us-east-1"),
        (["--regions", "eu-west-1,eu-west-1"], "names a region twice"),
        (["--domain", "https://shop.example.com"], "bare host name"),
    ],
)
def test_what_can_not_be_is_refused_in_one_line(
    arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--out", str(tmp_path)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("troposphere_stacks: ")
    assert says in line
    assert not list(tmp_path.iterdir())


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["--help"])
    assert ending.value.code == 0
    assert "write the templates and the manifest" in capsys.readouterr().out


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_whatever_takes_tags_says_whose_it_is(env: str) -> None:
    for entry in built(env).values():
        tags = {"Project": "storefront", "Environment": env, "Stack": entry.name}
        for title, resource in entry.template["Resources"].items():
            said = resource.get("Properties", {}).get("Tags")
            if said is not None:
                pairs = said if isinstance(said, dict) else {pair["Key"]: pair["Value"] for pair in said}
                assert pairs.items() >= tags.items(), f"{entry.key} {title}"


def test_a_resource_s_own_tags_win() -> None:
    from troposphere import Tags
    from troposphere.sns import Topic

    template = StackTemplate("tagged")
    topic = template.add_resource(Topic("Topic", Tags=Tags(Stack="own", Name="bell")))
    tag(template, {"Stack": "all", "Project": "storefront"})
    assert {pair["Key"]: pair["Value"] for pair in topic.to_dict()["Properties"]["Tags"]} == {
        "Name": "bell",
        "Project": "storefront",
        "Stack": "own",
    }


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_every_template_is_one_that_cloudformation_takes(env: str) -> None:
    for entry in built(env, 3).values():
        assert len(entry.body) <= LARGEST_BYTES
        assert len(entry.template["Resources"]) <= 500
        assert len(entry.template.get("Parameters", {})) <= 200
        assert len(entry.template.get("Outputs", {})) <= 200


def test_building_two_regions_takes_less_than_three_seconds_of_cpu(tmp_path: Path) -> None:
    before = os.times()
    command = [sys.executable, "-m", "troposphere_stacks", "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[2])
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    assert used < 3
