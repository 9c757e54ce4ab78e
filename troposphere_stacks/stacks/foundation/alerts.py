"""The topic that alarms, events and the budget tell, and who reads it."""

from __future__ import annotations

from typing import Any

from troposphere import AccountId, Equals, GetAtt, Not, Ref
from troposphere.sns import SubscriptionResource, Topic, TopicPolicy

from troposphere_stacks.kit.grants import Statement, document
from troposphere_stacks.stack import StackTemplate


def add(template: StackTemplate) -> Any:
    """Add the topic, its policy, and a subscription by mail where the operator names an address."""
    topic = template.add_resource(Topic("AlertTopic", KmsMasterKeyId=GetAtt("LogsKey", "Arn")))
    statements = [
        _publisher("Alarms", "cloudwatch.amazonaws.com"),
        _publisher("Events", "events.amazonaws.com"),
        _publisher("Budget", "budgets.amazonaws.com"),
        _over_tls(),
    ]
    template.add_resource(
        TopicPolicy("AlertTopicPolicy", Topics=[topic.ref()], PolicyDocument=document(*statements))
    )
    _add_reader(template)
    return topic


def _add_reader(template: StackTemplate) -> None:
    address = template.static("AlertMail", "", "Who gets alerts by mail (AWS asks them first); empty: nobody")
    template.add_condition("HasAlertMail", Not(Equals(address, "")))
    template.add_resource(
        SubscriptionResource(
            "AlertMailSubscription",
            Condition="HasAlertMail",
            TopicArn=Ref("AlertTopic"),
            Protocol="email",
            Endpoint=address,
        )
    )


def _publisher(sid: str, principal: str) -> Statement:
    statement: Statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "sns:Publish",
        "Resource": Ref("AlertTopic"),
    }
    if sid != "Events":  # EventBridge sends no account along
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": AccountId}}
    return statement


def _over_tls() -> Statement:
    return {
        "Sid": "OverTlsAlone",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": Ref("AlertTopic"),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
