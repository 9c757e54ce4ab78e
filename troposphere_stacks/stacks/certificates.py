"""A certificate in every region, for its balancer, and in us-east-1 for CloudFront; renewed by themselves."""

from __future__ import annotations

from troposphere import Ref
from troposphere.certificatemanager import Certificate, DomainValidationOption

from troposphere_stacks.deployment import GLOBAL_REGION, Parameters
from troposphere_stacks.kit import origin
from troposphere_stacks.stack import Stack, StackTemplate, Where


def build(parameters: Parameters) -> StackTemplate:
    """One certificate; where there is a balancer, for the names under which CloudFront asks it, too."""
    template = StackTemplate("The shop's certificate in this region")
    zone = template.need("HostedZoneId", f"{GLOBAL_REGION}:zone.HostedZoneId")
    names = _names(parameters)
    certificate = Certificate(
        "Certificate",
        DomainName=names[0],
        ValidationMethod="DNS",
        DomainValidationOptions=[
            DomainValidationOption(DomainName=name, HostedZoneId=zone) for name in names
        ],
        KeyAlgorithm="EC_prime256v1",
        CertificateTransparencyLoggingPreference="ENABLED",
    )
    if names[1:]:
        certificate.SubjectAlternativeNames = names[1:]
    template.add_resource(certificate)
    template.give("CertificateArn", Ref(certificate), "The certificate for the shop's names")
    return template


def _names(parameters: Parameters) -> list[str]:
    domain, region = parameters.domain, parameters.region
    if region not in parameters.regions:
        return [domain]
    return [domain, origin.host(domain), origin.next_host(domain), origin.host(domain, region)]


STACK = Stack("certificates", build, Where.EVERY_AND_GLOBAL)
