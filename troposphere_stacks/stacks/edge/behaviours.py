"""Which paths are read from where, kept how long, and by which methods. The first pattern that fits wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troposphere.cloudfront import CacheBehavior, DefaultCacheBehavior, FunctionAssociation

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stacks.edge import origins
from troposphere_stacks.stacks.edge.policies import CACHING_DISABLED, Policies

READING = ["GET", "HEAD", "OPTIONS"]
ALL_METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]

PAGES = ("/", "/c/*", "/search", "/p/*")
"""Equal for all, with no cookie: storefront/catalog/views.py and storefront/looks/views.py."""

FRAGMENTS = ("/p/*/configuration", "/p/*/availability", "/_me/*")
"""Read anew each time, and in any region."""

WRITES_BELOW_PAGES = ("/p/*/room",)
"""A form stands here, whose POST no origin group would take."""

RENDITIONS = "/assets/renditions/*"
STATIC = "/static/*"


@dataclass(frozen=True, slots=True)
class _Sources:
    """Origin groups where there are two regions, single origins where there is one."""

    pages: str
    renditions: str


def behaviours(policies: Policies, parameters: Parameters) -> tuple[Any, list[Any]]:
    """The behaviour of all paths, and those of the paths that differ, in order."""
    sources = _sources(parameters)
    default = DefaultCacheBehavior(**_writing(policies))
    return default, [
        CacheBehavior(PathPattern=RENDITIONS, **_renditions(policies, sources)),
        CacheBehavior(PathPattern=STATIC, **_kept(policies, sources, policies.keep_static)),
        *(CacheBehavior(PathPattern=path, **_writing(policies)) for path in WRITES_BELOW_PAGES),
        *(CacheBehavior(PathPattern=path, **_fragments(policies, sources)) for path in FRAGMENTS),
        *(CacheBehavior(PathPattern=path, **_kept(policies, sources, policies.keep_pages)) for path in PAGES),
    ]


def _sources(parameters: Parameters) -> _Sources:
    if parameters.regions[1:]:
        return _Sources(origins.PAGE_GROUP, origins.RENDITION_GROUP)
    return _Sources(origins.PAGES, origins.bucket_origin(parameters.first))


def _common(policies: Policies, target: str, methods: list[str]) -> dict[str, Any]:
    return {
        "TargetOriginId": target,
        "AllowedMethods": methods,
        "CachedMethods": ["GET", "HEAD"],
        "ViewerProtocolPolicy": "redirect-to-https",
        "Compress": True,
        "ResponseHeadersPolicyId": policies.page_headers,
    }


def _writing(policies: Policies) -> dict[str, Any]:
    return _common(policies, origins.WRITES, ALL_METHODS) | {
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": policies.hand_on_all,
    }


def _fragments(policies: Policies, sources: _Sources) -> dict[str, Any]:
    return _common(policies, sources.pages, READING) | {
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": policies.hand_on_reads,
    }


def _kept(policies: Policies, sources: _Sources, cache: Any) -> dict[str, Any]:
    return _common(policies, sources.pages, READING) | {
        "CachePolicyId": cache,
        "OriginRequestPolicyId": policies.hand_on_host,
    }


def _renditions(policies: Policies, sources: _Sources) -> dict[str, Any]:
    function = FunctionAssociation(EventType="viewer-request", FunctionARN=policies.rendition_function)
    # The shop's Host must not reach S3, which would look for a bucket of that name.
    return _common(policies, sources.renditions, READING) | {
        "CachePolicyId": policies.keep_renditions,
        "ResponseHeadersPolicyId": policies.rendition_headers,
        "FunctionAssociations": [function],
    }
