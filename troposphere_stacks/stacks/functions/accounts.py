"""Accounts as a target of the load balancer: passwords are hashed where nobody else has to wait."""

from __future__ import annotations

from troposphere import AccountId, GetAtt, Ref, Sub
from troposphere.awslambda import Permission
from troposphere.elasticloadbalancingv2 import TargetDescription, TargetGroup, TargetGroupAttribute

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.release import rights
from troposphere_stacks.release.environment import AUTHENTICATION, environment
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.functions.making import Making, add_function


def add(template: StackTemplate, parameters: Parameters) -> None:
    """Add the function and its target group, which the listener's rule names."""
    making = Making(
        title="Authentication",
        part="authentication",
        about="Accounts, behind the load balancer",
        handler="storefront.functions.authentication.handler",
        variables=environment(template, parameters, AUTHENTICATION),
        statements=rights.of(template, parameters, AUTHENTICATION),
        private=True,
        seconds=29,
        megabytes=1769,  # a whole processor: argon2 is work
        at_once=50,
        answers="The load balancer waits for the function's answer",
    )
    function = add_function(template, parameters, making)
    name = parameters.name("accounts")
    here = "${AWS::Partition}:elasticloadbalancing:${AWS::Region}:${AWS::AccountId}"
    caller = Permission(
        "AuthenticationCaller",
        Action="lambda:InvokeFunction",
        FunctionName=Ref(function),
        Principal="elasticloadbalancing.amazonaws.com",
        SourceAccount=AccountId,
        SourceArn=Sub(f"arn:{here}:targetgroup/{name}/*"),
    )
    template.add_resource(caller)
    template.add_resource(
        TargetGroup(
            "AuthenticationTargets",
            Name=name,
            TargetType="lambda",
            TargetGroupAttributes=[
                TargetGroupAttribute(Key="lambda.multi_value_headers.enabled", Value="true")
            ],
            Targets=[TargetDescription(Id=GetAtt(function, "Arn"))],
            DependsOn=caller.title,
        )
    )
