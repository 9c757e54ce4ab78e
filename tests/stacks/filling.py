"""Fills a template's values in, as CloudFormation does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "storefront-web",
}


def filled(value: Any, given: Mapping[str, str]) -> str:
    """The text that a value comes to; what isn't ``given`` is called by its own name."""
    known = PSEUDO | given
    if isinstance(value, str):
        return value
    ((name, argument),) = value.items()
    if name == "Ref":
        own = (
            f"arn:aws:service:us-east-1:123456789012:kind:{argument}"
            if argument.endswith("Arn")
            else argument
        )
        return known.get(argument, own)
    if name == "Fn::If":  # no condition holds: the operator's overrides are empty
        return filled(argument[2], given)
    if name == "Fn::Sub" and isinstance(argument, list):
        more = {key: filled(part, given) for key, part in argument[1].items()}
        return filled({name: argument[0]}, {**given, **more})
    if name == "Fn::Sub":
        return re.sub(r"\$\{([A-Za-z0-9:]+)\}", lambda match: known.get(match[1], match[1]), argument)
    if name == "Fn::Join":
        return str(argument[0]).join(filled(part, given) for part in argument[1])
    if name == "Fn::Base64":
        return filled(argument, given)
    assert name == "Fn::Select", name
    number, split = argument
    separator, text = split["Fn::Split"]
    return filled(text, given).split(separator)[number]
