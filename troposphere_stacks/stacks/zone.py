"""The shop's DNS zone, and the tokens by which balancers know CloudFront."""

from __future__ import annotations

from typing import Any

from troposphere import Equals, GetAtt, If, Join, Ref, Sub
from troposphere.logs import ResourcePolicy
from troposphere.route53 import (
    HostedZone,
    HostedZoneConfiguration,
    QueryLoggingConfigProperty,
    RecordSetType,
)
from troposphere.secretsmanager import GenerateSecretString, ReplicaRegion, Secret

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit import origin
from troposphere_stacks.kit.retention import keep, log_group
from troposphere_stacks.stack import Stack, StackTemplate, Where

ISSUERS = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")
"""Who may issue certificates for the shop: the names that AWS Certificate Manager checks CAA records for."""

_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"route53.amazonaws.com"},'
    '"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"${Log.Arn}",'
    '"Condition":{"StringEquals":{"aws:SourceAccount":"${AWS::AccountId}"}}}]}'
)


def build(parameters: Parameters) -> StackTemplate:
    """The zone, unless the operator names one that is there already, and the tokens."""
    template = StackTemplate("The DNS zone of the shop, and the secret between CloudFront and the balancers")
    given = template.static(
        "ExistingHostedZoneId",
        "",
        "A public hosted zone that has the shop's domain; empty to have one made",
        AllowedPattern="(Z[A-Z0-9]{5,31})?",
    )
    template.add_condition("MakesZone", Equals(given, ""))
    zone = _zone(template, parameters)
    template.give("HostedZoneId", If("MakesZone", Ref(zone), given), "The zone that has the shop's names")
    servers = If("MakesZone", Join(" ", GetAtt(zone, "NameServers")), "those of the existing zone")
    template.give("NameServers", servers, "What the parent domain must delegate the shop's domain to")
    for slot in origin.SLOTS:
        _token(template, parameters, slot)
    return template


def _zone(template: StackTemplate, parameters: Parameters) -> Any:
    key = template.need("LogsKeyArn", "foundation.LogsKeyArn")
    log = log_group(template, "Log", f"/aws/route53/{parameters.domain}", parameters.env, key)
    log.Condition = "MakesZone"
    allowed = ResourcePolicy(
        "LogPolicy",
        PolicyName=parameters.name("route53-queries"),
        PolicyDocument=Sub(_POLICY),
        Condition="MakesZone",
    )
    template.add_resource(allowed)
    zone = HostedZone(
        "Zone",
        Name=parameters.domain,
        HostedZoneConfig=HostedZoneConfiguration(Comment=f"The shop, {parameters.env.name}"),
        QueryLoggingConfig=QueryLoggingConfigProperty(CloudWatchLogsLogGroupArn=GetAtt(log, "Arn")),
        Condition="MakesZone",
        DependsOn=[allowed.title],
    )
    template.add_resource(keep(zone, parameters.env))
    template.add_resource(_issuers(parameters, zone))
    return zone


def _issuers(parameters: Parameters, zone: Any) -> Any:
    return RecordSetType(
        "Issuers",
        HostedZoneId=Ref(zone),
        Name=parameters.domain,
        Type="CAA",
        TTL="3600",
        ResourceRecords=[f'0 issue "{issuer}"' for issuer in ISSUERS],
        Condition="MakesZone",
    )


def _token(template: StackTemplate, parameters: Parameters, slot: str) -> None:
    template.static(
        f"OriginToken{slot}Generation",
        "1",
        f"Count up to have token {slot} made anew; only while CloudFront sends the other one",
        AllowedPattern="[1-9][0-9]*",
    )
    key = template.need("DataKeyArn", "foundation.DataKeyArn")
    name = Sub(f"{parameters.name('origin-token')}-{slot.lower()}-${{OriginToken{slot}Generation}}")
    token = Secret(
        f"OriginToken{slot}",
        Name=name,
        Description=f"Token {slot} of {origin.HEADER}: proves to the balancers that CloudFront asks",
        GenerateSecretString=GenerateSecretString(PasswordLength=48, ExcludePunctuation=True),
        KmsKeyId=key,
    )
    if replicas := _replicas(template, parameters):
        token.ReplicaRegions = replicas
    # CloudFormation copies it into CloudFront and the listeners, so that a rotation is a deployment.
    template.add_resource(token)
    template.give(
        f"OriginToken{slot}", name, f"The secret with token {slot}: in every region, under this name"
    )


def _replicas(template: StackTemplate, parameters: Parameters) -> list[Any]:
    others = [region for region in parameters.regions if region != parameters.region]
    return [
        ReplicaRegion(
            Region=region,
            KmsKeyId=template.need(f"DataKeyArn{origin.title(region)}", f"{region}:foundation.DataKeyArn"),
        )
        for region in others
    ]


STACK = Stack("zone", build, Where.GLOBAL)
