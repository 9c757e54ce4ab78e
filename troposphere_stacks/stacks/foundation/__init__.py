"""What the other stacks of a region stand on: keys, buckets for logs and releases, the alert topic."""

from __future__ import annotations

from troposphere import GetAtt

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks.foundation import alerts, buckets, keys


def build(parameters: Parameters) -> StackTemplate:
    """The foundation of one region; us-east-1 always has one, for what CloudFront and Route 53 keep there."""
    template = StackTemplate("Keys, buckets for logs and releases, and the topic for alerts")
    for title, made in keys.add(template, parameters).items():
        template.give(f"{title}Arn", GetAtt(made, "Arn"), made.properties["Description"])
    logs = buckets.add_logs(template, parameters)
    template.give("LogBucketName", logs.ref(), "Access logs of load balancer, CloudFront and buckets")
    template.give("LogBucketArn", GetAtt(logs, "Arn"), "Access logs of load balancer, CloudFront and buckets")
    artifacts = buckets.add_artifacts(template, parameters)
    template.give("ArtifactBucketName", artifacts.ref(), "Releases, and templates on their way")
    template.give("ArtifactBucketArn", GetAtt(artifacts, "Arn"), "Releases, and templates on their way")
    template.give("AlertTopicArn", alerts.add(template).ref(), "Tells people what needs them")
    return template


STACK = Stack("foundation", build, Where.EVERY_AND_GLOBAL)
