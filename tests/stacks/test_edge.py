"""The edge: each route of the shop meets a behaviour that serves it, and what is equal for all is kept."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from storefront.web import pages
from storefront.web.sessions import SECURE_COOKIE
from tests.stacks.built import resources
from tests.stacks.edges import distribution, met, routes
from troposphere_stacks.kit import origin
from troposphere_stacks.stacks import edge
from troposphere_stacks.stacks.edge import firewall, policies

KEPT = {
    "assets.rendition",  # by CloudFront from the bucket, elsewhere by the shop
    "catalog.category",
    "catalog.home",
    "catalog.phone",
    "catalog.product",
    "catalog.search",
    "looks.turntable",
    "plugin_files.serve",
    "static",
}
"""The routes whose answers are equal for all: they read no cookie and say ``Cache-Control: public``."""

SHOP = Path(edge.__file__).parents[3] / "storefront"


def groups(config: dict[str, Any]) -> set[str]:
    return {group["Id"] for group in config.get("OriginGroups", {}).get("Items", ())}


def cache_policy(behaviour: dict[str, Any]) -> Any:
    """The cache policy of ours that a behaviour names; None for the one that keeps nothing."""
    named = behaviour["CachePolicyId"]
    if named == policies.CACHING_DISABLED:
        return None
    return resources(edge.STACK)[named["Ref"]]["CachePolicyConfig"]


def request_policy(behaviour: dict[str, Any]) -> Any:
    return resources(edge.STACK)[behaviour["OriginRequestPolicyId"]["Ref"]]["OriginRequestPolicyConfig"]


@pytest.mark.parametrize("regions", [1, 2, 3])
def test_every_form_of_the_shop_meets_a_behaviour_that_takes_its_method(regions: int) -> None:
    config = distribution(regions=regions)
    for rule, path in routes():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            assert method in met(path, config)["AllowedMethods"], (method, path)


@pytest.mark.parametrize("regions", [1, 2, 3])
def test_no_behaviour_sends_what_changes_something_to_a_group(regions: int) -> None:
    config = distribution(regions=regions)
    for behaviour in (config["DefaultCacheBehavior"], *config["CacheBehaviors"]):
        if "POST" in behaviour["AllowedMethods"]:
            assert behaviour["TargetOriginId"] not in groups(config)


def test_exactly_the_answers_that_are_equal_for_all_are_kept() -> None:
    config = distribution()
    kept = {
        rule.endpoint
        for rule, path in routes()
        if cache_policy(met(path.replace("/assets/some", "/assets/renditions/some"), config))
    }
    assert kept == KEPT


def test_of_the_bucket_only_renditions_have_a_way_in() -> None:
    config = distribution()
    buckets = {item["Id"] for item in config["Origins"] if "S3OriginConfig" in item}
    reached = [
        each["PathPattern"] for each in config["CacheBehaviors"] if each["TargetOriginId"] == "renditions"
    ]
    assert reached == ["/assets/renditions/*"]
    assert all(each["TargetOriginId"] not in buckets for each in config["CacheBehaviors"])


def test_what_is_kept_is_asked_for_without_cookies() -> None:
    config = distribution()
    for path in ("/", "/c/chairs", "/search", "/p/fjord-sofa", "/static/css/shop.css"):
        kept = cache_policy(met(path, config))["ParametersInCacheKeyAndForwardedToOrigin"]
        assert kept["CookiesConfig"] == {"CookieBehavior": "none"}
        assert request_policy(met(path, config))["CookiesConfig"] == {"CookieBehavior": "none"}


def test_a_product_page_is_kept_by_its_configuration_and_not_by_its_advertiser() -> None:
    kept = cache_policy(met("/p/fjord-sofa", distribution()))["ParametersInCacheKeyAndForwardedToOrigin"]
    assert kept["QueryStringsConfig"]["QueryStringBehavior"] == "allExcept"
    assert {"utm_source", "gclid"} <= set(kept["QueryStringsConfig"]["QueryStrings"])
    assert not {"v", "fabric", "line"} & set(kept["QueryStringsConfig"]["QueryStrings"])


def test_a_page_is_shown_for_a_day_while_no_region_answers() -> None:
    stale = re.search(r"stale-if-error=(\d+)", pages.PUBLIC)
    assert stale
    assert 86_400 <= int(stale[1]) <= cache_policy(met("/p/fjord-sofa", distribution()))["MaxTTL"]


def test_everything_is_compressed_in_policy_and_behaviour() -> None:
    config = distribution()
    for behaviour in (config["DefaultCacheBehavior"], *config["CacheBehaviors"]):
        assert behaviour["Compress"] is True
        if kept := cache_policy(behaviour):
            key = kept["ParametersInCacheKeyAndForwardedToOrigin"]
            assert key["EnableAcceptEncodingBrotli"]
            assert key["EnableAcceptEncodingGzip"]
            assert kept["MinTTL"] > 0


def test_fragments_get_the_session_and_every_header_of_htmx_that_the_shop_reads() -> None:
    read = {
        header
        for file in SHOP.rglob("*.py")
        for header in re.findall(r'request\.headers(?:\.get\()?\[?"(HX-[A-Za-z-]+)"', file.read_text())
    } | {"HX-Request"}
    for path in ("/p/fjord-sofa/configuration", "/p/fjord-sofa/availability", "/_me/header"):
        policy = request_policy(met(path, distribution()))
        assert read <= set(policy["HeadersConfig"]["Headers"])
        assert policy["CookiesConfig"] == {"CookieBehavior": "whitelist", "Cookies": [SECURE_COOKIE]}


def test_the_shop_hears_its_own_host_and_no_other_that_a_visitor_claims() -> None:
    handed_on = request_policy(met("/cart/lines", distribution()))["HeadersConfig"]
    assert handed_on["HeaderBehavior"] == "allExcept"
    assert "X-Forwarded-Host" in handed_on["Headers"]
    assert "Host" not in handed_on["Headers"]
    assert "Host" in request_policy(met("/", distribution()))["HeadersConfig"]["Headers"]


def test_s3_hears_no_host_of_the_shop() -> None:
    assert "OriginRequestPolicyId" not in met("/assets/renditions/a/b.glb", distribution())


def test_each_balancer_gets_the_token_and_no_bucket_does() -> None:
    for item in distribution()["Origins"]:
        names = [header["HeaderName"] for header in item.get("OriginCustomHeaders", ())]
        assert names == ([origin.HEADER] if "CustomOriginConfig" in item else [])


def test_a_token_is_in_no_template() -> None:
    header = distribution()["Origins"][0]["OriginCustomHeaders"][0]["HeaderValue"]
    assert header["Fn::If"][0] == "SendsTokenA"
    for slot, value in zip("AB", header["Fn::If"][1:], strict=True):
        assert value == {"Fn::Sub": f"{{{{resolve:secretsmanager:${{OriginToken{slot}}}:SecretString}}}}"}


def test_browsers_get_http3_ipv6_and_a_current_tls() -> None:
    config = distribution()
    assert (config["HttpVersion"], config["IPV6Enabled"]) == ("http2and3", True)
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    behaviours = (config["DefaultCacheBehavior"], *config["CacheBehaviors"])
    assert {each["ViewerProtocolPolicy"] for each in behaviours} == {"redirect-to-https"}


def test_the_firewall_slows_down_paths_that_the_shop_has() -> None:
    paths = [path for _, path in routes()]
    for start in (*firewall.SIGN_IN, *firewall.CHECKOUT, "/webhooks/", "/healthz", "/readyz"):
        assert any(path.startswith(start) for path in paths), start


def test_the_firewall_is_of_the_kind_that_cloudfront_takes() -> None:
    wall = resources(edge.STACK)["Firewall"]
    assert wall["Scope"] == "CLOUDFRONT"
    priorities = [rule["Priority"] for rule in wall["Rules"]]
    assert priorities == sorted(set(priorities))


def test_what_only_counts_is_what_has_a_reason() -> None:
    groups = [
        rule["Statement"].get("ManagedRuleGroupStatement")
        for rule in resources(edge.STACK)["Firewall"]["Rules"]
    ]
    counting = {
        group["Name"]: [override["Name"] for override in group.get("RuleActionOverrides", ())]
        for group in groups
        if group
    }
    assert counting == {name: list(reasons) for name, reasons in firewall.COUNTED.items()}


MODEL, POSTER = "/renditions/c/ab/high.glb", "/renditions/c/ab/poster.avif"
ASKED: dict[str, tuple[str, dict[str, str], str | int]] = {
    "takes brotli": (MODEL, {"accept-encoding": "gzip, deflate, br, zstd"}, f"{MODEL}.br"),
    "says nothing": (MODEL, {}, MODEL),
    "takes gzip": (MODEL, {"accept-encoding": "gzip"}, MODEL),
    "refuses brotli": (MODEL, {"accept-encoding": "br;q=0, gzip"}, MODEL),
    "wants a part": (MODEL, {"accept-encoding": "br", "range": "bytes=0-99"}, MODEL),
    "a picture": (POSTER, {"accept-encoding": "br"}, POSTER),
    "our brotli itself": (f"{MODEL}.br", {}, 404),
    "out of the folder": ("/renditions/../snapshots/current.json", {}, 404),
}
"""What browsers ask for below /assets, and where the function looks for it; 404 where the shop would, too."""


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, Any]]:
    """What CloudFront's function makes of each request, run by Node.js."""
    node = shutil.which("node")
    assert node, "Node.js is missing: the Makefile asks for it"
    events = {
        name: {
            "request": {
                "uri": f"/assets{uri}",
                "headers": {key: {"value": text} for key, text in headers.items()},
            }
        }
        for name, (uri, headers, _) in ASKED.items()
    }
    code = Path(edge.__file__).with_name("renditions.js").read_text()
    run = f"{code}\nconst all = {json.dumps(events)};\n" + (
        "for (const name in all) all[name] = handler(all[name]);\nconsole.log(JSON.stringify(all))"
    )
    made = subprocess.run([node, "-e", run], check=True, capture_output=True, timeout=30).stdout
    return dict(json.loads(made))


@pytest.mark.parametrize("name", ASKED)
def test_a_rendition_is_found_as_the_shop_itself_would_find_it(
    name: str, found: dict[str, dict[str, Any]]
) -> None:
    answer = found[name]
    assert answer.get("uri", answer.get("statusCode")) == ASKED[name][2]
