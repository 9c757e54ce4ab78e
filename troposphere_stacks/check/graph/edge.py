"""The edge: what stands where, and whether a lost region is left in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from troposphere_stacks.check.graph.rule import Rule, Verdict
from troposphere_stacks.check.world import Node, World
from troposphere_stacks.deployment import GLOBAL_REGION

PAGES_SECONDS, DETECTION_SECONDS, WRITES_SECONDS = 6, 30, 40
"""Until CloudFront asks the next region; until Route 53 knows of a loss; until writes go elsewhere."""

CHECK_SECONDS = 30
"""How often, at least, a balancer asks each machine."""

VERIFY = "x-origin-verify"


def _of_distribution(node: Node) -> Mapping[str, Any]:
    found: Mapping[str, Any] = node.properties["DistributionConfig"]
    return found


def _firewall_in_place(world: World) -> Iterator[Verdict]:
    for wall in world.all("WAFv2::WebACL"):
        if wall.properties.get("Scope") == "CLOUDFRONT":
            right = wall.region == GLOBAL_REGION
            yield (
                wall,
                "" if right else f"is in {wall.region}; CloudFront's firewalls must be in {GLOBAL_REGION}",
            )
    for site in world.all("CloudFront::Distribution"):
        before = world.node(site.entry, _of_distribution(site).get("WebACLId"))
        yield site, "" if before and before.type == "AWS::WAFv2::WebACL" else "has no firewall in front of it"


def _certificates(world: World) -> Iterator[Verdict]:
    for site in world.all("CloudFront::Distribution"):
        shown = _of_distribution(site)["ViewerCertificate"].get("AcmCertificateArn")
        yield site, _against_certificate(world.node(site.entry, shown), GLOBAL_REGION)
    for door in world.all("ElasticLoadBalancingV2::Listener"):
        for each in door.properties.get("Certificates", []):
            yield door, _against_certificate(world.node(door.entry, each["CertificateArn"]), door.region)


def _against_certificate(certificate: Node | None, region: str) -> str:
    if certificate is None or certificate.type != "AWS::CertificateManager::Certificate":
        return "shows no certificate of this deployment"
    return (
        ""
        if certificate.region == region
        else f"shows a certificate of {certificate.region}; expected {region}"
    )


def _https_alone(world: World) -> Iterator[Verdict]:
    for site in world.all("CloudFront::Distribution"):
        shop = _of_distribution(site)
        modern = str(shop["ViewerCertificate"].get("MinimumProtocolVersion", "")) >= "TLSv1.2_2021"
        yield site, "" if modern else "speaks a TLS older than 1.2 to browsers"
        for way in (shop["DefaultCacheBehavior"], *shop.get("CacheBehaviors", [])):
            plain = way.get("ViewerProtocolPolicy") == "allow-all"
            yield site, f"serves {way.get('PathPattern', 'the rest')} in plain HTTP" if plain else ""
    for door in world.all("ElasticLoadBalancingV2::Listener"):
        wrong = door.properties.get("Protocol") != "HTTPS" or "TLS13" not in str(
            door.properties.get("SslPolicy")
        )
        yield door, "expected HTTPS with a policy that offers TLS 1.3" if wrong else ""


def _origins_are_ours(world: World) -> Iterator[Verdict]:
    """Whoever knows the balancer's name must not get past the firewall."""
    for site in world.all("CloudFront::Distribution"):
        for origin in _of_distribution(site)["Origins"]:
            bare = "S3OriginConfig" in origin and not origin.get("OriginAccessControlId")
            silent = "CustomOriginConfig" in origin and VERIFY not in str(origin).lower()
            yield site, f"asks {origin['Id']} without saying who it is" if bare or silent else ""
    for door in world.all("ElasticLoadBalancingV2::Listener"):
        closed = all(action["Type"] == "fixed-response" for action in door.properties["DefaultActions"])
        yield door, "" if closed else "serves requests that didn't come through CloudFront"


def _health_is_reachable(world: World) -> Iterator[Verdict]:
    """The checkers send no header: their path needs a rule of its own, and their addresses an open door."""
    paths = {_path(check) for check in world.all("Route53::HealthCheck")}
    for balancer in world.all("ElasticLoadBalancingV2::LoadBalancer"):
        groups = world.nodes(balancer.entry, balancer.properties["SecurityGroups"])
        admitted = any(_admits_checkers(world, group) for group in groups)
        yield balancer, "" if admitted else "admits none of Route 53's checkers, so that it is never healthy"
        rules = world.all("ElasticLoadBalancingV2::ListenerRule")
        missing = paths.difference(*(_open_paths(rule) for rule in rules if rule.region == balancer.region))
        yield (
            balancer,
            f"no rule of the listener answers {', '.join(missing)} without the header" if missing else "",
        )


def _path(check: Node) -> str:
    return str(check.properties["HealthCheckConfig"].get("ResourcePath"))


def _admits_checkers(world: World, group: Node) -> bool:
    for rule in world.all("EC2::SecurityGroupIngress"):
        if world.node(rule.entry, rule.properties["GroupId"]) == group:
            listed = str(world.value(rule.entry, rule.properties.get("SourcePrefixListId")))
            if "route53-healthchecks" in listed:
                return True
    return False


def _open_paths(rule: Node) -> list[str]:
    conditions = rule.properties.get("Conditions", [])
    if any(condition["Field"] == "http-header" for condition in conditions):
        return []
    return [str(value) for each in conditions if each["Field"] == "path-pattern"
            for value in each.get("PathPatternConfig", {}).get("Values", each.get("Values", []))]  # fmt: skip


def _writes_in_time(world: World) -> Iterator[Verdict]:
    for check in world.all("Route53::HealthCheck"):
        asked = check.properties["HealthCheckConfig"]
        seconds = asked.get("RequestInterval", 30) * asked.get("FailureThreshold", 3)
        yield (
            check,
            ""
            if seconds <= DETECTION_SECONDS
            else f"notices a loss after {seconds} s; expected {DETECTION_SECONDS}",
        )
    for record in world.all("Route53::RecordSet"):
        if "Region" in record.properties:
            yield record, _against_failover(world, record)


def _against_failover(world: World, record: Node) -> str:
    check = world.node(record.entry, record.properties.get("HealthCheckId"))
    if check is None:
        return "answers for a lost region, too: it has no health check"
    asked = check.properties["HealthCheckConfig"]
    seconds = asked.get("RequestInterval", 30) * asked.get("FailureThreshold", 3) + int(
        record.properties.get("TTL", 60)
    )
    return (
        ""
        if seconds <= WRITES_SECONDS
        else f"sends writes to a lost region for {seconds} s; expected {WRITES_SECONDS}"
    )


def _pages_in_time(world: World) -> Iterator[Verdict]:
    for site in world.all("CloudFront::Distribution"):
        shop = _of_distribution(site)
        origins = {origin["Id"]: origin for origin in shop["Origins"]}
        for group in shop.get("OriginGroups", {}).get("Items", []):
            first, *others = [origins[each["OriginId"]] for each in group["Members"]["Items"]]
            seconds = first.get("ConnectionAttempts", 3) * first.get("ConnectionTimeout", 10)
            yield (
                site,
                ""
                if seconds <= PAGES_SECONDS
                else f"{group['Id']}: {seconds} s until the next region is asked; expected {PAGES_SECONDS}",
            )
            elsewhere = all(str(each["DomainName"]) != str(first["DomainName"]) for each in others)
            yield site, "" if elsewhere and others else f"{group['Id']}: the second origin is the first again"


def _balancers_look(world: World) -> Iterator[Verdict]:
    for group in world.all("ElasticLoadBalancingV2::TargetGroup"):
        if group.properties.get("TargetType") != "lambda":
            seconds = int(group.properties.get("HealthCheckIntervalSeconds", 30))
            slow = seconds > CHECK_SECONDS
            yield group, f"is asked every {seconds} s; expected {CHECK_SECONDS}" if slow else ""
    for machines in world.all("AutoScaling::AutoScalingGroup"):
        if machines.properties.get("TargetGroupARNs"):
            looked = machines.properties.get("HealthCheckType") == "ELB"
            yield machines, "" if looked else "keeps machines that don't answer; expected HealthCheckType ELB"


RULES = (
    Rule("firewall", "A firewall stands in front of the shop, in us-east-1", _firewall_in_place),
    Rule("certificates", "Certificates are where they are shown", _certificates),
    Rule("https-alone", "Nothing is served without TLS", _https_alone),
    Rule("past-the-edge", "Nobody gets past CloudFront to the origins", _origins_are_ours),
    Rule("health-is-reachable", "Route 53's checkers reach what they ask", _health_is_reachable),
    Rule("writes-in-time", "Writes leave a lost region within 40 seconds", _writes_in_time),
    Rule("pages-in-time", "Pages come from another region within 6 seconds", _pages_in_time, needs_regions=2),
    Rule("balancers-look", "Machines that don't answer are replaced", _balancers_look),
)
