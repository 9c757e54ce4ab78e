"""What CloudFront keeps, what it hands on to the shop, and which headers it adds, by kind of path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from troposphere import GetAtt, Ref
from troposphere import cloudfront as cf

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import StackTemplate

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""AWS's managed cache policy that keeps nothing (CloudFront's documentation of managed cache policies)."""

COOKIE = "__Host-session"
"""``SECURE_COOKIE`` of storefront/web/sessions.py: the distribution serves over HTTPS alone."""
YEAR = 31_536_000
TRACKING = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id",
    "gclid", "fbclid", "msclkid", "mc_eid",
)  # fmt: skip
"""What advertisers add to addresses: no page differs by it, so it makes no entry of its own in the caches."""

FRAGMENT_HEADERS = ("Host", "HX-Request", "HX-Request-Type", "HX-Current-URL", "HX-History-Restore-Request")
UNTRUSTED = ("X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "Forwarded")
"""Headers by which a visitor could tell the shop another address of itself."""


@dataclass(frozen=True, slots=True)
class Policies:
    """The ids that behaviours refer to."""

    keep_pages: Any
    keep_static: Any
    keep_renditions: Any
    hand_on_host: Any
    hand_on_reads: Any
    hand_on_all: Any
    page_headers: Any
    rendition_headers: Any
    rendition_function: Any


def add_policies(template: StackTemplate, parameters: Parameters) -> Policies:
    """Add all policies and the function that finds renditions."""
    everything = cf.CacheQueryStringsConfig(QueryStringBehavior="allExcept", QueryStrings=list(TRACKING))
    version = cf.CacheQueryStringsConfig(QueryStringBehavior="whitelist", QueryStrings=["v"])
    nothing = cf.CacheQueryStringsConfig(QueryStringBehavior="none")
    made = {
        "keep_pages": _cache(
            parameters, "Pages", everything, "Public pages, as long as the shop says", 86_400
        ),
        "keep_static": _cache(parameters, "Static", version, "Files of the release, by their digest", YEAR),
        "keep_renditions": _cache(parameters, "Renditions", nothing, "Models and pictures, for ever", YEAR),
        "hand_on_host": _request(parameters, "PageRequests", "whitelist", ("Host",), "none"),
        "hand_on_reads": _request(
            parameters, "ReadRequests", "whitelist", FRAGMENT_HEADERS, "all", (COOKIE,)
        ),
        "hand_on_all": _request(parameters, "AllRequests", "allExcept", UNTRUSTED, "all", all_cookies=True),
        "page_headers": _page_headers(parameters),
        "rendition_headers": _rendition_headers(parameters),
    }
    ids = {name: Ref(template.add_resource(policy)) for name, policy in made.items()}
    function = template.add_resource(_function(parameters))
    return Policies(**ids, rendition_function=GetAtt(function, "FunctionMetadata.FunctionARN"))


def _cache(parameters: Parameters, title: str, query: Any, about: str, longest: int) -> Any:
    key = cf.ParametersInCacheKeyAndForwardedToOrigin(
        CookiesConfig=cf.CacheCookiesConfig(CookieBehavior="none"),
        HeadersConfig=cf.CacheHeadersConfig(HeaderBehavior="none"),
        QueryStringsConfig=query,
        EnableAcceptEncodingBrotli=True,
        EnableAcceptEncodingGzip=True,
    )
    config = cf.CachePolicyConfig(
        Name=parameters.name(title.lower()),
        Comment=about,
        # With a minimum of zero CloudFront keeps nothing that it compressed itself.
        MinTTL=1,
        DefaultTTL=1,
        MaxTTL=longest,
        ParametersInCacheKeyAndForwardedToOrigin=key,
    )
    return cf.CachePolicy(f"Keep{title}", CachePolicyConfig=config)


def _request(
    parameters: Parameters,
    title: str,
    behaviour: str,
    headers: Sequence[str],
    query: str,
    cookies: Sequence[str] = (),
    all_cookies: bool = False,
) -> Any:
    kept = "all" if all_cookies else "whitelist" if cookies else "none"
    cookie_config = cf.OriginRequestCookiesConfig(CookieBehavior=kept)
    if cookies:
        cookie_config.Cookies = list(cookies)
    config = cf.OriginRequestPolicyConfig(
        Name=parameters.name(title.lower()),
        CookiesConfig=cookie_config,
        HeadersConfig=cf.OriginRequestHeadersConfig(HeaderBehavior=behaviour, Headers=list(headers)),
        QueryStringsConfig=cf.OriginRequestQueryStringsConfig(QueryStringBehavior=query),
    )
    return cf.OriginRequestPolicy(title, OriginRequestPolicyConfig=config)


def _page_headers(parameters: Parameters) -> Any:
    """For CloudFront's own errors: the shop sends these headers itself, and then they stay as they are."""
    config = cf.ResponseHeadersPolicyConfig(
        Name=parameters.name("pages"), SecurityHeadersConfig=_security(override=False)
    )
    return cf.ResponseHeadersPolicy("PageHeaders", ResponseHeadersPolicyConfig=config)


def _rendition_headers(parameters: Parameters) -> Any:
    """S3 knows no Vary, and CORS only when it is asked with an Origin: the shop's own answers have both."""
    vary = cf.CustomHeader(Header="Vary", Value="Accept-Encoding", Override=True)
    security = _security(override=True)
    security.ContentSecurityPolicy = cf.ContentSecurityPolicy(
        ContentSecurityPolicy="default-src 'none'; frame-ancestors 'none'", Override=True
    )
    anyone = cf.CorsConfig(
        AccessControlAllowCredentials=False,
        AccessControlAllowHeaders=cf.AccessControlAllowHeaders(Items=["*"]),
        AccessControlAllowMethods=cf.AccessControlAllowMethods(Items=["GET", "HEAD"]),
        AccessControlAllowOrigins=cf.AccessControlAllowOrigins(Items=["*"]),
        OriginOverride=True,
    )
    config = cf.ResponseHeadersPolicyConfig(
        Name=parameters.name("renditions"),
        CorsConfig=anyone,
        SecurityHeadersConfig=security,
        CustomHeadersConfig=cf.CustomHeadersConfig(Items=[vary]),
    )
    return cf.ResponseHeadersPolicy("RenditionHeaders", ResponseHeadersPolicyConfig=config)


def _security(*, override: bool) -> Any:
    return cf.SecurityHeadersConfig(
        ContentTypeOptions=cf.ContentTypeOptions(Override=override),
        ReferrerPolicy=cf.ReferrerPolicy(ReferrerPolicy="strict-origin-when-cross-origin", Override=override),
        StrictTransportSecurity=cf.StrictTransportSecurity(
            AccessControlMaxAgeSec=YEAR, IncludeSubdomains=True, Override=override
        ),
    )


def _function(parameters: Parameters) -> Any:
    return cf.Function(
        "RenditionFunction",
        Name=parameters.name("renditions"),
        AutoPublish=True,
        FunctionCode=files(__package__).joinpath("renditions.js").read_text(),
        FunctionConfig=cf.FunctionConfig(
            Comment="Finds a rendition's object, compressed where the browser takes it",
            Runtime="cloudfront-js-2.0",
        ),
    )
