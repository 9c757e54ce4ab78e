"""The web servers of a region behind their load balancer."""

from __future__ import annotations

from troposphere import GetAtt, Ref

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit import machines
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.release.userdata import user_data
from troposphere_stacks.stack import Stack, StackTemplate, Where
from troposphere_stacks.stacks.web import alarms, balancer, rights, scaling

WARM_SECONDS = 120
BAKE_MINUTES = 5
LOGS = ("web", "upkeep")


def build(parameters: Parameters) -> StackTemplate:
    """Load balancer, launch template, group, scaling, and the alarms that end a bad release."""
    template = StackTemplate("Web servers and their load balancer")
    target = balancer.add(template, parameters)
    machines.add_logs(template, parameters, LOGS)
    machines.add_role(template, rights.grants(template, parameters))
    machine = machines.Machine(
        part="web",
        architecture="arm64",
        security_group=template.need("WebGroupId", "network.WebGroupId"),
        user_data=user_data(template, parameters, "web", LOGS),
        gigabytes=20,
    )
    machines.add_launch(template, parameters, machine)
    watched = alarms.add(template, target)
    fleet = parameters.env.web
    group = machines.add_group(
        template,
        parameters,
        "web",
        fleet,
        machines.overrides(fleet.types),
        HealthCheckType="ELB",
        HealthCheckGracePeriod=180,
        DefaultInstanceWarmup=WARM_SECONDS,
        TargetGroupARNs=[Ref(target)],
        UpdatePolicy=machines.refresh(fleet, watched, bake_minutes=BAKE_MINUTES, warm_seconds=WARM_SECONDS),
        DependsOn=balancer.RULES,
    )
    machines.explain(group)
    alone = "Instances say nothing to one another; what they say to stores and AWS is in TLS"
    suppress(group, "guard", "CT.AUTOSCALING.PR.11", alone)
    scaling.add(template, target)
    _outputs(template, target)
    return template


def _outputs(template: StackTemplate, target: object) -> None:
    balanced = balancer.TITLE
    template.give("LoadBalancerDnsName", GetAtt(balanced, "DNSName"), "The balancer's host name")
    template.give("LoadBalancerZoneId", GetAtt(balanced, "CanonicalHostedZoneID"), "Its zone, for aliases")
    template.give("LoadBalancerArn", Ref(balanced), "The balancer")
    template.give("LoadBalancerFullName", GetAtt(balanced, "LoadBalancerFullName"), "Its name in metrics")
    template.give(
        "TargetGroupFullName", GetAtt(target, "TargetGroupFullName"), "The targets' name in metrics"
    )
    template.give("ListenerArn", Ref(balancer.LISTENER), "Where requests come in")
    template.give("WebGroupName", Ref(machines.GROUP), "The group of web servers")


STACK = Stack("web", build, Where.EVERY)
