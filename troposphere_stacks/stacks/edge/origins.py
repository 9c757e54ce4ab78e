"""Where CloudFront asks: the nearest region, the one that stands in for it, and the regions' buckets."""

from __future__ import annotations

from typing import Any

from troposphere import Equals, GetAtt, If
from troposphere.cloudfront import (
    CustomOriginConfig,
    Origin,
    OriginAccessControl,
    OriginAccessControlConfig,
    OriginCustomHeader,
    OriginGroup,
    OriginGroupFailoverCriteria,
    OriginGroupMember,
    OriginGroupMembers,
    OriginGroups,
    S3OriginConfig,
    StatusCodes,
)

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit import origin
from troposphere_stacks.stack import StackTemplate

WRITES, PAGES, PAGES_NEXT = "nearest", "pages-nearest", "pages-next"
PAGE_GROUP, RENDITION_GROUP = "pages", "renditions"

ATTEMPTS, CONNECT_SECONDS = 2, 3
"""A dead region costs a page their product; CloudFront's own defaults would make it thirty seconds."""

PAGE_SECONDS, WRITE_SECONDS = 3, 30
"""How long a region may take to answer. Pages come from memory, and another region can answer instead."""

AWAY = (500, 502, 503, 504)
MISSING = (403, 404)
"""What S3 says of an object that isn't there, perhaps not yet: the other region's bucket may have it."""


def origins(template: StackTemplate, parameters: Parameters) -> list[Any]:
    """All origins; the balancers' carry the header by which they know us."""
    header = OriginCustomHeader(HeaderName=origin.HEADER, HeaderValue=_token(template))
    nearest = origin.host(parameters.domain)
    balancers = [
        _balancer(WRITES, nearest, header, WRITE_SECONDS),
        _balancer(PAGES, nearest, header, PAGE_SECONDS),
    ]
    if parameters.regions[1:]:
        balancers.append(_balancer(PAGES_NEXT, origin.next_host(parameters.domain), header, PAGE_SECONDS))
    signing = template.add_resource(_signing(parameters))
    return balancers + [_bucket(template, region, signing) for region in rendition_regions(parameters)]


def groups(parameters: Parameters) -> Any:
    """Pages from the nearest region or its stand-in; renditions from the first bucket or the second."""
    buckets = [bucket_origin(region) for region in rendition_regions(parameters)]
    items = [
        _group(PAGE_GROUP, [PAGES, PAGES_NEXT], AWAY),
        _group(RENDITION_GROUP, buckets, (*AWAY, *MISSING)),
    ]
    return OriginGroups(Quantity=len(items), Items=items)


def rendition_regions(parameters: Parameters) -> tuple[str, ...]:
    """The regions whose buckets CloudFront reads: a group has two members, each bucket all renditions."""
    return parameters.regions[:2]


def bucket_origin(region: str) -> str:
    """The id of a bucket's origin."""
    return f"renditions-{region}"


def _token(template: StackTemplate) -> Any:
    """The token that CloudFront sends; a static parameter says which, so that the other can be made anew."""
    sent = template.static(
        "OriginTokenSent", "A", "The token that CloudFront sends to the balancers", AllowedValues=["A", "B"]
    )
    template.add_condition("SendsTokenA", Equals(sent, "A"))
    first, second = origin.tokens(template)
    return If("SendsTokenA", first, second)


def _balancer(name: str, host: str, header: Any, seconds: int) -> Any:
    return Origin(
        Id=name,
        DomainName=host,
        ConnectionAttempts=ATTEMPTS,
        ConnectionTimeout=CONNECT_SECONDS,
        OriginCustomHeaders=[header],
        CustomOriginConfig=CustomOriginConfig(
            OriginProtocolPolicy="https-only",
            OriginSSLProtocols=["TLSv1.2"],
            OriginReadTimeout=seconds,
            # Shorter than the balancer's, which otherwise closes a connection that is just being used.
            OriginKeepaliveTimeout=30,
        ),
    )


def _signing(parameters: Parameters) -> Any:
    config = OriginAccessControlConfig(
        Name=parameters.name("renditions"),
        OriginAccessControlOriginType="s3",
        SigningBehavior="always",
        SigningProtocol="sigv4",
    )
    return OriginAccessControl("RenditionAccess", OriginAccessControlConfig=config)


def _bucket(template: StackTemplate, region: str, signing: Any) -> Any:
    host = template.need(f"Renditions{origin.title(region)}", f"{region}:storage.AssetsDomainName")
    return Origin(
        Id=bucket_origin(region),
        DomainName=host,
        ConnectionAttempts=ATTEMPTS,
        ConnectionTimeout=CONNECT_SECONDS,
        OriginAccessControlId=GetAtt(signing, "Id"),
        S3OriginConfig=S3OriginConfig(OriginAccessIdentity=""),
    )


def _group(name: str, members: list[str], statuses: tuple[int, ...]) -> Any:
    listed = [OriginGroupMember(OriginId=member) for member in members]
    return OriginGroup(
        Id=name,
        Members=OriginGroupMembers(Quantity=len(listed), Items=listed),
        FailoverCriteria=OriginGroupFailoverCriteria(
            StatusCodes=StatusCodes(Quantity=len(statuses), Items=list(statuses))
        ),
    )
