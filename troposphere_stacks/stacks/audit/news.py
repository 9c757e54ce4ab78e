"""Events of AWS that a person is told of, each with a sentence made of what the event says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troposphere.events import InputTransformer, Rule, Target

from troposphere_stacks.stack import StackTemplate


@dataclass(frozen=True, slots=True)
class News:
    """Which events, and what is said of them; ``<name>`` in ``says`` is the part of the event at a path."""

    pattern: dict[str, Any]
    paths: dict[str, str]
    says: str


REGIONAL = {
    "IntruderNews": News(
        {
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {"severity": [{"numeric": [">=", 4]}]},
        },
        {
            "title": "$.detail.title",
            "severity": "$.detail.severity",
            "region": "$.region",
            "id": "$.detail.id",
        },
        "GuardDuty (severity <severity>, <region>): <title>. Finding <id>.",
    ),
    "WeaknessNews": News(
        {
            "source": ["aws.securityhub"],
            "detail-type": ["Security Hub Findings - Imported"],
            "detail": {
                "findings": {
                    "Severity": {"Label": ["CRITICAL", "HIGH"]},
                    "Compliance": {"Status": ["FAILED"]},
                    "Workflow": {"Status": ["NEW"]},
                    "RecordState": ["ACTIVE"],
                }
            },
        },
        {"title": "$.detail.findings[0].Title", "of": "$.detail.findings[0].Resources[0].Id"},
        "Security Hub: <title> (<of>).",
    ),
    "BrokenPromiseNews": News(
        {
            "source": ["aws.config"],
            "detail-type": ["Config Rules Compliance Change"],
            "detail": {"newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
        },
        {"rule": "$.detail.configRuleName", "of": "$.detail.resourceId", "region": "$.region"},
        "Config (<region>): <of> breaks the rule <rule>.",
    ),
    "OutageNews": News(
        {
            "source": ["aws.health"],
            "detail-type": ["AWS Health Event"],
            "detail": {"eventTypeCategory": ["issue", "scheduledChange"]},
        },
        {"code": "$.detail.eventTypeCode", "service": "$.detail.service", "region": "$.region"},
        "AWS Health (<region>): <code> of <service>.",
    ),
}

GLOBAL = {
    "AdviceNews": News(
        {
            "source": ["aws.trustedadvisor"],
            "detail-type": ["Trusted Advisor Check Item Refresh Notification"],
            "detail": {"status": ["ERROR", "WARN"]},
        },
        {"check": "$.detail.check-name", "status": "$.detail.status", "of": "$.detail.resource_id"},
        "Trusted Advisor (<status>): <check>: <of>.",
    ),
    "RootNews": News(
        {
            "detail-type": ["AWS Console Sign In via CloudTrail"],
            "detail": {"userIdentity": {"type": ["Root"]}},
        },
        {"address": "$.detail.sourceIPAddress", "time": "$.time"},
        "Somebody signed in as the account's root user from <address> at <time>.",
    ),
}


def add_news(template: StackTemplate) -> None:
    """Tell the region's topic of what happens in the region."""
    _add(template, REGIONAL)


def add_global_news(template: StackTemplate) -> None:
    """Tell the topic of us-east-1 of what AWS says there alone."""
    _add(template, GLOBAL)


def _add(template: StackTemplate, all_news: dict[str, News]) -> None:
    topic = template.need("AlertTopicArn", "foundation.AlertTopicArn")
    for title, news in all_news.items():
        said = InputTransformer(InputPathsMap=news.paths, InputTemplate=f'"{news.says}"')
        target = Target(Id="alerts", Arn=topic, InputTransformer=said)
        template.add_resource(Rule(title, EventPattern=news.pattern, Targets=[target]))
