"""troposphere's classes that lack a property which CloudFormation has; drop each when troposphere has it."""

from __future__ import annotations

from troposphere import AWSProperty, awslambda, policies


class FunctionLogging(awslambda.LoggingConfig):  # type: ignore[misc]
    """``LoggingConfig`` of a function, with ``LogFormat``."""

    props = {**awslambda.LoggingConfig.props, "LogFormat": (str, False)}


class InstanceRefresh(AWSProperty):  # type: ignore[misc]
    """``AutoScalingInstanceRefresh`` of an update policy; exclusive with ``AutoScalingRollingUpdate``."""

    props = {"Strategy": (str, False), "Preferences": (dict, False)}


class RefreshPolicy(policies.UpdatePolicy):  # type: ignore[misc]
    """``UpdatePolicy`` that replaces instances by an instance refresh."""

    props = {**policies.UpdatePolicy.props, "AutoScalingInstanceRefresh": (InstanceRefresh, False)}
