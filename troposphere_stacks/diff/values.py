"""Values of templates: where two differ, how that is said in short, and which names one refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Path = tuple[str, ...]
_LONGEST = 56


def differences(old: object, new: object, path: Path = ()) -> Iterator[tuple[Path, object, object]]:
    """Paths at which two values differ, with both; of lists, with what one has and the other hasn't."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict) and not (_is_function(old) or _is_function(new)):
        for name in sorted(old.keys() | new.keys()):
            yield from differences(old.get(name), new.get(name), (*path, name))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_lists(old, new, path)
    else:
        yield path, old, new


def _in_lists(old: list[Any], new: list[Any], path: Path) -> Iterator[tuple[Path, object, object]]:
    if _are_tags(old) and _are_tags(new):
        yield from differences(_by_key(old), _by_key(new), path)
        return
    lost = [each for each in old if each not in new]
    gained = [each for each in new if each not in old]
    if len(lost) == len(gained) == 1:
        yield from differences(lost[0], gained[0], path)
    elif lost or gained:
        yield from (((*path, "[-]"), each, None) for each in lost)
        yield from (((*path, "[+]"), None, each) for each in gained)
    else:
        yield path, old, new  # in another order, or more often


def _are_tags(value: list[Any]) -> bool:
    return all(isinstance(each, dict) and {"Key", "Value"} <= each.keys() for each in value)


def _by_key(tags: list[dict[str, Any]]) -> dict[str, Any]:
    return {str(tag["Key"]): tag["Value"] for tag in tags}


def _is_function(value: dict[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))


def in_words(path: Path, old: object, new: object) -> str:
    """One difference in one line; ``Name[+]`` is what a list gains, ``Name[-]`` what it loses."""
    name = ".".join(path).replace(".[", "[")
    if name.endswith(("[+]", "[-]")):
        return f"{name} {_cut(_text(new if old is None else old), 0)}"
    return f"{name}: {in_short(old, new)}"


def in_short(old: object, new: object) -> str:
    """``old → new``, each cut to a few words around where they part."""
    was, now = _text(old), _text(new)
    same = next((at for at, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), 0)
    start = max(0, same - 16) if max(len(was), len(now)) > _LONGEST else 0
    return f"{_cut(was, start)} → {_cut(now, start)}"


def _text(value: object) -> str:
    if value is None:
        return "nothing"
    return re.sub(r"[{}'\"\[\]]", "", str(value)) if isinstance(value, dict | list) else str(value)


def _cut(text: str, start: int) -> str:
    end = start + _LONGEST
    return ("…" if start else "") + text[start:end].replace("\n", " ") + ("…" if len(text) > end else "")


def references(value: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every name that a value refers to, with the path of the property that does."""
    if isinstance(value, list):
        for each in value:
            yield from references(each, path)
    if not isinstance(value, dict):
        return
    for name, each in value.items():
        if name == "Ref":
            yield path, each
        elif name == "Fn::GetAtt":
            yield path, each[0] if isinstance(each, list) else each.split(".")[0]
        elif name == "Fn::Sub":
            found = re.findall(r"\$\{([A-Za-z0-9]+)", each if isinstance(each, str) else each[0])
            yield from ((path, inner) for inner in found)
        yield from references(each, path if name.startswith("Fn::") else (*path, name))
