"""The administrator's password: a secret of ours, since Aurora manages none in a global database.

The shop signs in with IAM tokens; this user makes the shop's user, and runs migrations.
"""

from __future__ import annotations

import json
from typing import Any

from troposphere import Ref, Sub, secretsmanager

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.retention import keep
from troposphere_stacks.stack import StackTemplate

ADMINISTRATOR = "storefront_admin"
LENGTH = 40
UNWANTED = "/@\"' \\"
"""Characters that PostgreSQL on RDS refuses in a password, or that a URL would need quoted."""


def add_secret(template: StackTemplate, parameters: Parameters, key: object) -> None:
    """The secret, with copies in the regions that may have to take over."""
    copies = [
        secretsmanager.ReplicaRegion(Region=region, KmsKeyId=_key(template, region))
        for region in parameters.others
    ]
    secret = secretsmanager.Secret(
        "Secret",
        Description="Aurora's administrator",
        KmsKeyId=key,
        GenerateSecretString=secretsmanager.GenerateSecretString(
            SecretStringTemplate=json.dumps({"username": ADMINISTRATOR}),
            GenerateStringKey="password",
            PasswordLength=LENGTH,
            ExcludeCharacters=UNWANTED,
        ),
        **({"ReplicaRegions": copies} if copies else {}),
    )
    template.add_resource(keep(secret, parameters.env))


def master() -> dict[str, Any]:
    """The cluster's properties that name its administrator."""
    return {
        "MasterUsername": ADMINISTRATOR,
        "MasterUserPassword": Sub("{{resolve:secretsmanager:${Secret}:SecretString:password}}"),
    }


def target(template: StackTemplate) -> None:
    """Have the secret say which host its password is for."""
    template.add_resource(
        secretsmanager.SecretTargetAttachment(
            "SecretTarget", SecretId=Ref("Secret"), TargetId=Ref("Cluster"), TargetType="AWS::RDS::DBCluster"
        )
    )


def _key(template: StackTemplate, region: str) -> Any:
    return template.need("DataKeyArn" + region.title().replace("-", ""), f"{region}:foundation.DataKeyArn")
