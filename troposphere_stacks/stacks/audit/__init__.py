"""Who did what, what it changed, and whether the promises still hold: trail, recorder, rules and watchers.

``audit`` is in each region; the trail, which hears of all regions, is in the first. ``audit-global`` hears
of what AWS tells in us-east-1 alone: Trusted Advisor, sign-ins as root, and the bill.
"""

from __future__ import annotations

from troposphere import Equals, GetAtt, Ref

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks.audit.bucket import add_bucket
from troposphere_stacks.stacks.audit.money import add_budget
from troposphere_stacks.stacks.audit.news import add_global_news, add_news
from troposphere_stacks.stacks.audit.recorder import add_recorder
from troposphere_stacks.stacks.audit.rules import add_account_rules, add_pack
from troposphere_stacks.stacks.audit.trail import add_trail
from troposphere_stacks.stacks.audit.trail_alarms import add_trail_alarms
from troposphere_stacks.stacks.audit.watchers import add_watchers


def build(parameters: Parameters) -> StackTemplate:
    """The audit of one region; us-east-1 always has one, since global services are recorded there."""
    template = StackTemplate("Trail, recorder, compliance rules and threat detection of one region")
    _ask_whose_account_it_is(template)
    if parameters.primary:
        bucket = add_bucket(template, parameters)
        group = add_trail(template, parameters, bucket)
        add_trail_alarms(template, parameters, group)
        template.give("AuditBucketName", Ref(bucket), "What the trail and all regions' recorders write")
        template.give("TrailArn", GetAtt("Trail", "Arn"), "The trail of all regions")
    add_recorder(template, parameters)
    if parameters.primary:
        add_account_rules(template)
    add_pack(template, parameters)
    add_watchers(template, parameters)
    add_news(template)
    return template


def build_global(parameters: Parameters) -> StackTemplate:  # noqa: ARG001 - what every builder takes
    """What AWS tells in us-east-1 alone."""
    template = StackTemplate("Trusted Advisor, sign-ins as root, and the bill")
    add_global_news(template)
    add_budget(template)
    return template


def _ask_whose_account_it_is(template: StackTemplate) -> None:
    answer = template.static(
        "GuardsAccount",
        "true",
        "false where the account has recorder, GuardDuty and Security Hub from elsewhere, e.g. Control Tower",
        AllowedValues=["true", "false"],
    )
    template.add_condition("GuardsAccount", Equals(answer, "true"))


STACK = Stack("audit", build, Where.EVERY_AND_GLOBAL)
GLOBAL = Stack("audit-global", build_global, Where.GLOBAL)
