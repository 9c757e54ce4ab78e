"""Types that cost nothing by themselves, or less than a dollar with any of the sizes."""

from __future__ import annotations

FREE = frozenset(
    f"AWS::{name}"
    for name in (
        "AccessAnalyzer::Analyzer",  # that of external access; that of unused access would cost
        "ApplicationAutoScaling::ScalableTarget",
        "ApplicationAutoScaling::ScalingPolicy",
        "AutoScaling::LifecycleHook",
        "AutoScaling::ScalingPolicy",
        "AutoScaling::ScheduledAction",
        "AutoScaling::WarmPool",
        "Budgets::Budget",  # up to two
        "CertificateManager::Certificate",
        "CloudFront::CachePolicy",
        "CloudFront::KeyValueStore",
        "CloudFront::MonitoringSubscription",  # its metrics; eight to a distribution
        "CloudFront::OriginAccessControl",
        "CloudFront::OriginRequestPolicy",
        "CloudFront::ResponseHeadersPolicy",
        "Config::DeliveryChannel",
        "EC2::EgressOnlyInternetGateway",
        "EC2::InternetGateway",
        "EC2::LaunchTemplate",  # its volumes are counted with the group that uses it
        "EC2::NetworkAcl",
        "EC2::NetworkAclEntry",
        "EC2::Route",
        "EC2::RouteTable",
        "EC2::SecurityGroup",
        "EC2::SecurityGroupEgress",
        "EC2::SecurityGroupIngress",
        "EC2::Subnet",
        "EC2::SubnetNetworkAclAssociation",
        "EC2::SubnetRouteTableAssociation",
        "EC2::VPC",
        "EC2::VPCGatewayAttachment",
        "ElastiCache::ParameterGroup",
        "ElastiCache::SubnetGroup",
        "ElasticLoadBalancingV2::Listener",
        "ElasticLoadBalancingV2::ListenerCertificate",
        "ElasticLoadBalancingV2::ListenerRule",
        "ElasticLoadBalancingV2::TargetGroup",
        "Events::Rule",  # AWS's own events cost nothing
        "IAM::InstanceProfile",
        "IAM::ManagedPolicy",
        "IAM::Policy",
        "IAM::Role",
        "KMS::Alias",
        "Lambda::Alias",
        "Lambda::EventInvokeConfig",
        "Lambda::EventSourceMapping",
        "Lambda::Permission",
        "Lambda::Version",
        "Logs::Delivery",
        "Logs::DeliveryDestination",
        "Logs::DeliverySource",
        "Logs::LogGroup",  # lines are counted with what writes them
        "Logs::QueryDefinition",
        "Logs::ResourcePolicy",
        "RDS::DBClusterParameterGroup",
        "RDS::DBParameterGroup",
        "RDS::DBSubnetGroup",
        "RDS::EventSubscription",
        "RDS::GlobalCluster",  # its replicated writes are counted with the clusters that follow
        "Route53::RecordSet",
        "S3::BucketPolicy",
        "SNS::Subscription",
        "SNS::Topic",  # some letters to people
        "SNS::TopicPolicy",
        "SQS::Queue",  # for what failed
        "SQS::QueuePolicy",
        "SSM::Document",
        "SSM::Parameter",
        "SecretsManager::ResourcePolicy",
        "SecretsManager::RotationSchedule",
        "SecretsManager::SecretTargetAttachment",
        "SecurityHub::Standard",
        "WAFv2::LoggingConfiguration",
        "WAFv2::WebACLAssociation",
    )
)
