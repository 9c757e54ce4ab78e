"""The database's tables come before the code that needs them: a release brings them up, then its machines.

The function runs when the stack is made and with each release, because the resource names its hash; the web
servers' stack needs this one. Going back to an earlier release leaves the tables as they are, which that
release can use (docs/decisions/0010).
"""

from __future__ import annotations

from troposphere import GetAtt, Ref, Sub
from troposphere.cloudformation import CustomResource

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.grants import Statement, allow, use_key
from troposphere_stacks.release.environment import DATABASE_USER, FUNCTION_CA
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.functions.making import Making, add_function

SECONDS = 600


class Tables(CustomResource):  # type: ignore[misc]
    """What the function stands for: tables as this release expects them, and the shop's user."""

    resource_type = "Custom::Tables"
    props = {**CustomResource.props, "Release": (str, True), "Database": (str, True)}


def add(template: StackTemplate, parameters: Parameters) -> None:
    """Add the function and the resource that has it run."""
    secret = template.need("DatabaseSecretArn", "database.SecretArn")
    making = Making(
        title="BringTables",
        part="tables",
        about="Brings the database's tables to what this release expects",
        handler="storefront.functions.tables.handler",
        variables={"SECRET": secret, "DATABASE_USER": DATABASE_USER, "DATABASE_CA": FUNCTION_CA},
        statements=_statements(template, secret),
        private=True,
        seconds=SECONDS,
        megabytes=512,
        at_once=1,
        answers="CloudFormation waits for the function's answer",
    )
    function = add_function(template, parameters, making)
    tables = Tables(
        "Tables",
        ServiceToken=GetAtt(function, "Arn"),
        ServiceTimeout=str(SECONDS + 60),
        Release=Ref("FunctionsSha256"),
        Database=template.need("DatabaseClusterId", "database.ClusterResourceId"),
    )
    template.add_resource(tables)


def _statements(template: StackTemplate, secret: object) -> list[Statement]:
    key = template.need("DataKeyArn", "foundation.DataKeyArn")
    return [
        allow(["secretsmanager:GetSecretValue"], secret, "ReadsSecrets"),
        use_key(key, Sub("secretsmanager.${AWS::Region}.amazonaws.com")),
    ]
