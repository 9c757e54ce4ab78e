"""What the operator says once for all regions: the shop's names and addresses, and its secrets.

The secrets are made in the first region and copied to the others, where each process reads them when it
starts. ``SECRET_KEY`` is drawn here and must be the same everywhere; what the payment provider gives, the
operator fills in (docs/operations.md).
"""

from __future__ import annotations

import json
from typing import Any

from troposphere import AccountId, GetAtt, Join, Partition, Select, Split
from troposphere.secretsmanager import GenerateSecretString, ReplicaRegion, Secret
from troposphere.ssm import Parameter

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit import origin
from troposphere_stacks.kit.retention import keep
from troposphere_stacks.stack import Stack, StackTemplate, Where

_TEXT = r"[^\"$\\`']*"
"""Values stand in environment files, between quotes."""

_VALUES = (
    ("ShopName", "Walkaround", "The name on every page"),
    ("Currency", "EUR", "ISO 4217 code of every price"),
    ("MailFrom", "", "Who letters are from; SES must know its domain"),
    ("MerchantMail", "", "Who is told of orders that can't be fulfilled; empty for nobody"),
)


def build(parameters: Parameters) -> StackTemplate:
    """Two secrets, because render workers need the one and must not read the other."""
    template = StackTemplate("What the operator says of the shop, and the secrets that all regions share")
    key = template.need("DataKeyArn", "foundation.DataKeyArn")
    signing = GenerateSecretString(
        SecretStringTemplate="{}", GenerateStringKey="SECRET_KEY", PasswordLength=64, ExcludePunctuation=True
    )
    _add(template, parameters, key, "Key", "Signs session ids and links", GenerateSecretString=signing)
    filled_in = json.dumps({"STRIPE_KEY": "", "STRIPE_WEBHOOK_SECRET": ""})
    _add(template, parameters, key, "Payments", "Stripe's keys: fill them in", SecretString=filled_in)
    said = []
    for name, value, about in _VALUES:
        value = value or (f"Shop <shop@{parameters.domain}>" if name == "MailFrom" else "")
        given = template.static(name, value, about, AllowedPattern=_TEXT)
        template.give(name, given, about)
        said += [f"{name}=", given, "\n"]
    # CloudFormation passes no new output on by itself: something of the stack has to change with it.
    template.add_resource(
        Parameter(
            "Said",
            Name=f"/storefront/{parameters.env.name}/settings",
            Description="What the operator says of the shop; to look at, the stacks pass it on themselves",
            Type="String",
            Value=Join("", said),
        )
    )
    return template


def secret(template: StackTemplate, parameters: Parameters, title: str) -> Any:
    """The ARN of a secret of this stack, or of its copy in the region of ``template``."""
    original = template.need(f"{title}SecretArn", f"{parameters.first}:settings.{title}SecretArn")
    # A copy has the same name and suffix; its ARN differs by the region alone.
    name = Select(6, Split(":", original))
    return Join(":", ["arn", Partition, "secretsmanager", parameters.region, AccountId, "secret", name])


def _add(
    template: StackTemplate, parameters: Parameters, key: object, title: str, about: str, **content: object
) -> None:
    copies = [ReplicaRegion(Region=region, KmsKeyId=_key(template, region)) for region in parameters.others]
    made = Secret(title, Description=about, KmsKeyId=key, **content)
    if copies:
        made.ReplicaRegions = copies
    template.add_resource(keep(made, parameters.env))
    template.give(f"{title}SecretArn", GetAtt(made, "Id"), about)


def _key(template: StackTemplate, region: str) -> Any:
    return template.need(f"DataKeyArn{origin.title(region)}", f"{region}:foundation.DataKeyArn")


STACK = Stack("settings", build, Where.PRIMARY)
