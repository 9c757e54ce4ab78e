"""Machines in groups: what web servers and render workers have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import Base64, GetAtt, Ref, Sub, Tags, autoscaling, ec2
from troposphere.iam import InstanceProfile
from troposphere.policies import CreationPolicy, ResourceSignal

from troposphere_stacks.deployment import Fleet, Parameters
from troposphere_stacks.kit.fixes import InstanceRefresh, RefreshPolicy
from troposphere_stacks.kit.grants import Statement, role
from troposphere_stacks.kit.retention import log_group
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.stack import StackTemplate

ROLE, PROFILE, LAUNCH, GROUP = "Role", "Profile", "Launch", "Group"
"""Logical names, the same in each stack of machines."""

BOOT_MINUTES = 15
"""How long a machine may take until it says that it is ready; else the stack's creation fails."""

_METRICS = ("GroupInServiceInstances", "GroupDesiredCapacity", "GroupPendingInstances", "GroupTotalInstances")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a group's machines are: ``part`` is the group's name, ``gigabytes`` the size of their disk."""

    part: str
    architecture: str  # of the machine image: arm64, x86_64
    security_group: object
    user_data: object
    gigabytes: int


def add_role(template: StackTemplate, grants: Mapping[str, Sequence[Statement]]) -> None:
    """The machines' role, with its profile. People reach machines through SSM's sessions."""
    core = Sub("arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore")
    role(template, ROLE, "ec2", grants, ManagedPolicyArns=[core])
    template.add_resource(InstanceProfile(PROFILE, Roles=[Ref(ROLE)]))


def add_logs(template: StackTemplate, parameters: Parameters, names: Sequence[str]) -> list[Any]:
    """A log group for each kind of process on the machines."""
    key = template.need("LogsKeyArn", "foundation.LogsKeyArn")
    return [
        log_group(template, f"{name.title()}Logs", log_name(parameters, name), parameters.env, key)
        for name in names
    ]


def log_name(parameters: Parameters, name: str) -> str:
    """The name of a process's log group."""
    return f"/storefront/{parameters.env.name}/{name}"


def add_launch(template: StackTemplate, parameters: Parameters, machine: Machine) -> None:
    """The launch template: metadata by token alone, no key for SSH, an encrypted disk."""
    image = template.static(
        "ImageId",
        f"/storefront/{parameters.env.name}/ami/{machine.architecture}",
        f"The SSM parameter that has the id of an Amazon Linux 2023 image for {machine.architecture}",
        type="AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
    )
    data = ec2.LaunchTemplateData(
        ImageId=image,
        IamInstanceProfile=ec2.IamInstanceProfile(Arn=GetAtt(PROFILE, "Arn")),
        SecurityGroupIds=[machine.security_group],
        MetadataOptions=ec2.MetadataOptions(
            HttpEndpoint="enabled", HttpTokens="required", HttpPutResponseHopLimit=1
        ),
        Monitoring=ec2.Monitoring(Enabled=True),
        BlockDeviceMappings=[_disk(machine.gigabytes)],
        TagSpecifications=[_volume_tags(parameters, machine)],
        UserData=Base64(machine.user_data),
    )
    launch = ec2.LaunchTemplate(LAUNCH, LaunchTemplateData=data)
    template.add_resource(launch)


def _disk(gigabytes: int) -> Any:
    # The account's own EBS key: a key of ours would need a grant to the service role of every group.
    ebs = ec2.EBSBlockDevice(VolumeType="gp3", VolumeSize=gigabytes, Encrypted=True, DeleteOnTermination=True)
    return ec2.LaunchTemplateBlockDeviceMapping(DeviceName="/dev/xvda", Ebs=ebs)


def _volume_tags(parameters: Parameters, machine: Machine) -> Any:
    tags = Tags(Project="storefront", Environment=parameters.env.name, Stack=machine.part)
    return ec2.TagSpecifications(ResourceType="volume", Tags=tags)


def add_group(
    template: StackTemplate,
    parameters: Parameters,
    part: str,
    fleet: Fleet,
    types: object,
    hooks: Sequence[Any] = (),
    **own: object,
) -> Any:
    """The group over all zones: its base on demand, more of it on Spot, where the pools are deep and cheap.

    ``types`` is the list of overrides; ``own`` is what only this group has. The hooks stand in the group
    itself, since the first machines would miss hooks of their own.
    """
    subnets = template.need("AppSubnetIds", "network.AppSubnetIds", "List<AWS::EC2::Subnet::Id>")
    group = autoscaling.AutoScalingGroup(
        GROUP,
        AutoScalingGroupName=parameters.name(part),
        MinSize=str(fleet.minimum),
        MaxSize=str(fleet.maximum),
        VPCZoneIdentifier=subnets,
        MixedInstancesPolicy=_mixed(fleet, types),
        CapacityRebalance=True,
        MetricsCollection=[autoscaling.MetricsCollection(Granularity="1Minute", Metrics=list(_METRICS))],
        InstanceMaintenancePolicy=autoscaling.InstanceMaintenancePolicy(
            MinHealthyPercentage=100, MaxHealthyPercentage=_most(fleet)
        ),
        Tags=[autoscaling.Tag("Name", parameters.name(part), True)],
        LifecycleHookSpecificationList=[_ready(), *hooks],
        CreationPolicy=CreationPolicy(
            ResourceSignal=ResourceSignal(Count=fleet.minimum, Timeout=f"PT{BOOT_MINUTES}M")
        ),
        **own,
    )
    return template.add_resource(group)


def _ready() -> Any:
    """A machine joins, and gets requests, once its boot script says so; one that can't is replaced."""
    return _hook("Ready", "LAUNCHING", 60 * BOOT_MINUTES, "ABANDON")


def drained() -> Any:
    """A machine goes once its workers are done with the job at hand, or after a quarter of an hour."""
    return _hook("Drained", "TERMINATING", 900, "CONTINUE")


def _hook(name: str, moment: str, seconds: int, otherwise: str) -> Any:
    return autoscaling.LifecycleHookSpecification(
        LifecycleHookName=name,
        LifecycleTransition=f"autoscaling:EC2_INSTANCE_{moment}",
        HeartbeatTimeout=seconds,
        DefaultResult=otherwise,
    )


def _most(fleet: Fleet) -> int:
    # A fifth more while machines are replaced; of a few, one more.
    return 120 if fleet.minimum >= 5 else 200 if fleet.minimum == 1 else 150


def _mixed(fleet: Fleet, types: object) -> Any:
    launch = autoscaling.LaunchTemplateSpecification(
        LaunchTemplateId=Ref(LAUNCH), Version=GetAtt(LAUNCH, "LatestVersionNumber")
    )
    return autoscaling.MixedInstancesPolicy(
        InstancesDistribution=autoscaling.InstancesDistribution(
            OnDemandBaseCapacity=fleet.on_demand,
            OnDemandPercentageAboveBaseCapacity=100 - fleet.spot_share,
            SpotAllocationStrategy="price-capacity-optimized",
        ),
        LaunchTemplate=autoscaling.LaunchTemplate(LaunchTemplateSpecification=launch, Overrides=types),
    )


def overrides(types: Sequence[object]) -> list[Any]:
    """The instance types that a group chooses from, all of the image's architecture."""
    return [autoscaling.LaunchTemplateOverrides(InstanceType=kind) for kind in types]


def refresh(fleet: Fleet, alarms: Sequence[Any], *, bake_minutes: int, warm_seconds: int) -> Any:
    """Replace machines by a rolling refresh that fails, and so rolls the stack back, when an alarm rings."""
    preferences = {
        "MinHealthyPercentage": 100,
        "MaxHealthyPercentage": _most(fleet),
        "InstanceWarmup": warm_seconds,
        "BakeTime": 60 * bake_minutes,
        "SkipMatching": True,
        "ScaleInProtectedInstances": "Refresh",
        "AlarmSpecification": {"Alarms": [Ref(alarm) for alarm in alarms]},
    }
    return RefreshPolicy(
        AutoScalingInstanceRefresh=InstanceRefresh(Strategy="Rolling", Preferences=preferences)
    )


def explain(group: Any) -> None:
    """Why scanners' rules on groups don't hold here."""
    zones = "Its subnets are the network stack's, one a zone; the rule doesn't look there"
    suppress(group, "guard", "CT.AUTOSCALING.PR.1", zones)
