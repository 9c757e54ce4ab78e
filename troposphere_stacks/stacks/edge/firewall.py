"""The firewall of the edge: known attackers and attacks out, sign-in and checkout at a human's pace.

It exists in us-east-1 alone, where CloudFront looks for it. A rule group of AWS blocks, except for the rules
that would refuse honest visitors of this shop: these only count, each for the reason beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from troposphere import GetAtt, Sub
from troposphere import wafv2 as waf

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.retention import log_group
from troposphere_stacks.stack import StackTemplate

COUNTED = {
    "AWSManagedRulesCommonRuleSet": {
        "SizeRestrictions_BODY": "Merchants send forms of up to 1 MB; the shop has its own limit",
        "GenericRFI_BODY": "Merchants write addresses of pages into descriptions; nothing fetches them",
        "CrossSiteScripting_BODY": "People write < and > in notes; all templates escape, and the CSP forbids",
    },
    "AWSManagedRulesKnownBadInputsRuleSet": {},
    "AWSManagedRulesAmazonIpReputationList": {},
    "AWSManagedRulesSQLiRuleSet": {
        "SQLi_QUERYARGUMENTS": "Who searches for a drop table or a union jack chair is welcome; SQL is bound",
        "SQLi_BODY": "Notes and addresses are free text; no statement is put together from text",
    },
}
"""AWS's rule groups, and what only counts in each, with the reason."""

SIGN_IN = ("/account/sign-in", "/account/register", "/account/reset", "/account/confirm", "/account/passkeys")
CHECKOUT = ("/checkout", "/orders")
HEALTH = ("/healthz", "/readyz")
"""For balancers and Route 53: what they say of the stores is nobody else's business, and asking costs."""

WINDOW_SECONDS = 300
LIMITS = {"SignIn": 30, "Checkout": 100, "Everything": 5000}
"""Requests that one address may make in the window. A page with its files is about thirty."""


def add_firewall(template: StackTemplate, parameters: Parameters) -> Any:
    """Add the firewall and its log."""
    firewall = waf.WebACL(
        "Firewall",
        Name=parameters.name("edge"),
        Scope="CLOUDFRONT",
        DefaultAction=waf.DefaultAction(Allow=waf.AllowAction()),
        CustomResponseBodies={
            "slower": waf.CustomResponseBody(
                ContentType="TEXT_PLAIN",
                Content="Too many requests from your address. Try again in five minutes.",
            )
        },
        Rules=_rules(),
        # By this name, not by the firewall's own, metrics and their alarm know it.
        VisibilityConfig=_visible(parameters.name("edge")),
    )
    template.add_resource(firewall)
    _log(template, parameters, firewall)
    return firewall


def _rules() -> list[Any]:
    posts = _equals(waf.FieldToMatch(Method={}), "POST")
    rules = [
        _rule("HealthStaysInside", _starts_with(HEALTH), waf.RuleAction(Block=waf.BlockAction())),
        _limit(
            "SignIn", waf.Statement(AndStatement=waf.AndStatement(Statements=[posts, _starts_with(SIGN_IN)]))
        ),
        _limit(
            "Checkout",
            waf.Statement(AndStatement=waf.AndStatement(Statements=[posts, _starts_with(CHECKOUT)])),
        ),
        # The payment provider sends from few addresses, and much on a busy day; its signature is checked.
        _limit(
            "Everything",
            waf.Statement(NotStatement=waf.NotStatement(Statement=_starts_with(("/webhooks/",)))),
        ),
        *(_managed(group, counted) for group, counted in COUNTED.items()),
    ]
    for priority, rule in enumerate(rules):
        rule.Priority = priority
    return rules


def _rule(name: str, statement: Any, action: Any) -> Any:
    return waf.WebACLRule(
        Name=name, Priority=0, Statement=statement, Action=action, VisibilityConfig=_visible(name)
    )


def _limit(name: str, about: Any) -> Any:
    counted = waf.RateBasedStatement(
        AggregateKeyType="IP",
        Limit=LIMITS[name],
        EvaluationWindowSec=WINDOW_SECONDS,
        ScopeDownStatement=about,
    )
    answer = waf.CustomResponse(
        ResponseCode=429,
        CustomResponseBodyKey="slower",
        ResponseHeaders=[waf.CustomHTTPHeader(Name="Retry-After", Value=str(WINDOW_SECONDS))],
    )
    action = waf.RuleAction(Block=waf.BlockAction(CustomResponse=answer))
    return _rule(f"{name}Rate", waf.Statement(RateBasedStatement=counted), action)


def _managed(group: str, counted: dict[str, str]) -> Any:
    only_count = [
        waf.RuleActionOverride(Name=name, ActionToUse=waf.RuleAction(Count=waf.CountAction()))
        for name in counted
    ]
    statement = waf.ManagedRuleGroupStatement(VendorName="AWS", Name=group)
    if only_count:
        statement.RuleActionOverrides = only_count
    return waf.WebACLRule(
        Name=group,
        Priority=0,
        Statement=waf.Statement(ManagedRuleGroupStatement=statement),
        OverrideAction=waf.OverrideAction(**{"None": {}}),
        VisibilityConfig=_visible(group),
    )


def _starts_with(paths: Sequence[str]) -> Any:
    matches = [_match(waf.FieldToMatch(UriPath={}), path, "STARTS_WITH", "NORMALIZE_PATH") for path in paths]
    if len(matches) == 1:
        return matches[0]
    return waf.Statement(OrStatement=waf.OrStatement(Statements=matches))


def _equals(field: Any, text: str) -> Any:
    return _match(field, text, "EXACTLY", "NONE")


def _match(field: Any, text: str, how: str, transformation: str) -> Any:
    statement = waf.ByteMatchStatement(
        FieldToMatch=field,
        SearchString=text,
        PositionalConstraint=how,
        TextTransformations=[waf.TextTransformation(Priority=0, Type=transformation)],
    )
    return waf.Statement(ByteMatchStatement=statement)


def _visible(name: str) -> Any:
    return waf.VisibilityConfig(CloudWatchMetricsEnabled=True, MetricName=name, SampledRequestsEnabled=True)


def _log(template: StackTemplate, parameters: Parameters, firewall: Any) -> None:
    """Log what was blocked or counted; what passed stands in the access log already."""
    # The service writes only into groups whose names begin like that.
    name = f"aws-waf-logs-{parameters.name('edge')}"
    key = template.need("LogsKeyArn", "foundation.LogsKeyArn")
    group = log_group(template, "FirewallLog", name, parameters.env, key)
    kept = [
        waf.Condition(ActionCondition=waf.ActionCondition(Action=action))
        for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
    ]
    logging = waf.LoggingConfiguration(
        "FirewallLogging",
        ResourceArn=GetAtt(firewall, "Arn"),
        LogDestinationConfigs=[
            Sub(f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{name}")
        ],
        LoggingFilter=waf.LoggingFilter(
            DefaultBehavior="DROP",
            Filters=[waf.Filter(Behavior="KEEP", Requirement="MEETS_ANY", Conditions=kept)],
        ),
        RedactedFields=[
            waf.LoggingConfigurationFieldToMatch(SingleHeader=waf.SingleHeader(Name=header))
            for header in ("cookie", "authorization")
        ],
        DependsOn=[group.title],
    )
    template.add_resource(logging)
