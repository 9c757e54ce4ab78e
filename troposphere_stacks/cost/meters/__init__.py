"""A meter for each type of resource that costs something. A type is here, or it is known to cost nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from troposphere_stacks.cost.bill import Line
from troposphere_stacks.cost.meters import compute, edge, keys, network, stores, tables, watching
from troposphere_stacks.cost.meters.free import FREE
from troposphere_stacks.cost.place import Place, Resource
from troposphere_stacks.deployment import StackError

Meter = Callable[[Resource, Place], Iterable[Line]]

METERS: dict[str, Meter] = {
    "AWS::AutoScaling::AutoScalingGroup": compute.group,
    "AWS::CloudFront::Distribution": edge.distribution,
    "AWS::CloudFront::Function": edge.function,
    "AWS::CloudTrail::Trail": watching.trail,
    "AWS::CloudWatch::Alarm": watching.alarm,
    "AWS::CloudWatch::CompositeAlarm": watching.composite,
    "AWS::CloudWatch::Dashboard": watching.dashboard,
    "AWS::Config::ConfigRule": watching.rule,
    "AWS::Config::ConfigurationRecorder": watching.recorder,
    "AWS::Config::ConformancePack": watching.pack,
    "AWS::DynamoDB::GlobalTable": tables.table,
    "AWS::EC2::EIP": network.address,
    "AWS::EC2::FlowLog": network.flow_log,
    "AWS::EC2::NatGateway": network.nat,
    "AWS::EC2::VPCEndpoint": network.endpoint,
    "AWS::EC2::VPCPeeringConnection": network.peering,
    "AWS::ElastiCache::ReplicationGroup": stores.cache,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": network.balancer,
    "AWS::GuardDuty::Detector": watching.detector,
    "AWS::KMS::Key": keys.key,
    "AWS::Lambda::Function": compute.function,
    "AWS::Logs::MetricFilter": watching.metric_filter,
    "AWS::RDS::DBCluster": stores.cluster,
    "AWS::RDS::DBInstance": stores.instance,
    "AWS::Route53::HealthCheck": edge.health_check,
    "AWS::Route53::HostedZone": edge.zone,
    "AWS::S3::Bucket": stores.bucket,
    "AWS::SecretsManager::Secret": keys.secret,
    "AWS::SecurityHub::Hub": watching.hub,
    "AWS::WAFv2::WebACL": edge.firewall,
}


def read(resource: Resource, place: Place) -> Iterable[Line]:
    """What a resource costs in a month. Raises StackError for a type that nobody has thought about."""
    # A resource of our own is the work of a function, which is counted.
    if resource.type in FREE or resource.type.startswith("Custom::"):
        return ()
    if resource.type not in METERS:
        raise StackError(
            f"nobody knows what an {resource.type} costs ({resource.entry.key} {resource.name}): "
            "add a meter in troposphere_stacks/cost/meters, or the type to its FREE"
        )
    return METERS[resource.type](resource, place)
