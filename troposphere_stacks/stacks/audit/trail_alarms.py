"""What in the trail a person is told of: the CIS benchmark's alarms, without what our own deployments do."""

from __future__ import annotations

from typing import Any

from troposphere import Ref
from troposphere.logs import MetricFilter, MetricTransformation

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.alarms import Watch, alarm
from troposphere_stacks.stack import StackTemplate

NAMESPACE = "Storefront/Trail"
_BY_HAND = '($.sourceIPAddress != "cloudformation.amazonaws.com")'


def _named(*events: str) -> str:
    return " || ".join(f"($.eventName = {event})" for event in events)


PATTERNS = {
    "ConsoleWithoutMfa": (
        "Somebody signed in to the console without a second factor",
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
        '($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    ),
    "RootUsed": (
        "The account's root user did something",
        '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && '
        '($.eventType != "AwsServiceEvent") }',
    ),
    "TrailChanged": (
        "The trail was changed or stopped",
        f"{{ {_named('UpdateTrail', 'DeleteTrail', 'StopLogging', 'PutEventSelectors')} }}",
    ),
    "RecorderChanged": (
        "The configuration recorder was stopped or sent elsewhere",
        f"{{ {_named('StopConfigurationRecorder', 'DeleteConfigurationRecorder')} || "
        f"{_named('DeleteDeliveryChannel')} }}",
    ),
    "KeyDisabled": (
        "A key was disabled or is to be deleted: what it encrypts can't be read after that",
        f'{{ ($.eventSource = "kms.amazonaws.com") && ({_named("DisableKey", "ScheduleKeyDeletion")}) }}',
    ),
    "PolicyChangedByHand": (
        "Somebody changed an IAM or bucket policy by hand",
        f"{{ {_BY_HAND} && ({_named('PutRolePolicy', 'AttachRolePolicy', 'CreatePolicyVersion')} || "
        f"{_named('AttachUserPolicy', 'PutUserPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy')}) }}",
    ),
    "NetworkChangedByHand": (
        "Somebody changed security groups, routes or gateways by hand",
        f"{{ {_BY_HAND} && ({_named('AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress')} || "
        f"{_named('CreateRoute', 'ReplaceRoute', 'AttachInternetGateway', 'CreateNetworkAclEntry')}) }}",
    ),
    "CallsRefused": (
        "Many calls were refused: somebody tries what they may not",
        '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    ),
}
"""Metric: what the alarm says, and CloudWatch Logs' filter pattern."""

MOST = {"CallsRefused": 20}
"""How many in five minutes are still nothing to be told of; of the others, one is."""


def add_trail_alarms(template: StackTemplate, parameters: Parameters, group: Any) -> None:
    """Add a metric filter and an alarm for each pattern."""
    topic = template.need("AlertTopicArn", "foundation.AlertTopicArn")
    for metric, (says, pattern) in PATTERNS.items():
        count = MetricTransformation(MetricName=metric, MetricNamespace=NAMESPACE, MetricValue="1")
        template.add_resource(
            MetricFilter(
                f"{metric}Filter",
                LogGroupName=Ref(group),
                FilterPattern=pattern,
                MetricTransformations=[count],
            )
        )
        watch = Watch(
            namespace=NAMESPACE,
            metric=metric,
            dimensions={},
            threshold=MOST.get(metric, 0),
            seconds=300,
            periods=1,
            datapoints=1,
        )
        alarm(template, metric, f"{says} ({parameters.env.name}). The trail says who and what.", watch, topic)
