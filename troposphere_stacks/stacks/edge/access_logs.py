"""CloudFront's access logs, by standard logging v2: into the log bucket of us-east-1, as Parquet.

The older logging needs a bucket with ACLs, which no bucket of the shop has.
"""

from __future__ import annotations

from troposphere import GetAtt, Ref, Sub
from troposphere.logs import Delivery, DeliveryDestination, DeliverySource

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import StackTemplate

PREFIX = "cloudfront"


def add_access_logs(template: StackTemplate, parameters: Parameters) -> None:
    """Add source, destination and the delivery between them. The template has a ``Distribution``."""
    bucket = template.need("LogBucketArn", "foundation.LogBucketArn")
    source = DeliverySource(
        "AccessLogSource",
        Name=parameters.name("access"),
        LogType="ACCESS_LOGS",
        ResourceArn=Sub("arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}"),
    )
    destination = DeliveryDestination(
        "AccessLogDestination",
        Name=parameters.name("access"),
        DestinationResourceArn=Sub(f"${{LogBucketArn}}/{PREFIX}", LogBucketArn=bucket),
        OutputFormat="parquet",
    )
    template.add_resource(source)
    template.add_resource(destination)
    delivery = Delivery(
        "AccessLogDelivery",
        DeliverySourceName=Ref(source),
        DeliveryDestinationArn=GetAtt(destination, "Arn"),
        S3SuffixPath="{DistributionId}/{yyyy}/{MM}/{dd}/{HH}",
    )
    template.add_resource(delivery)
