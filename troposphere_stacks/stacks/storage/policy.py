"""Who may do what with the bucket, whoever they are."""

from __future__ import annotations

from typing import Any

from troposphere import Equals, GetAtt, If, Join, Ref, Sub, s3

from troposphere_stacks.stack import StackTemplate

ANY_DISTRIBUTION = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/*"


def bucket_policy(template: StackTemplate) -> s3.BucketPolicy:
    """TLS for everybody, and renditions for CloudFront."""
    statements = [_insecure(), _old_tls(), _cloudfront(_distribution(template))]
    return s3.BucketPolicy(
        "AssetsPolicy",
        Bucket=Ref("Assets"),
        PolicyDocument={"Version": "2012-10-17", "Statement": statements},
    )


def _distribution(template: StackTemplate) -> Any:
    """Any distribution of this account, until the operator names the one that there is by then."""
    exact = template.static(
        "DistributionArn", "", "The one distribution that may read; empty for any of this account", Default=""
    )
    template.add_condition("AnyDistribution", Equals(exact, ""))
    return If("AnyDistribution", Sub(ANY_DISTRIBUTION), exact)


def _insecure() -> dict[str, Any]:
    return _deny("DenyWithoutTls", {"Bool": {"aws:SecureTransport": "false"}})


def _old_tls() -> dict[str, Any]:
    return _deny("DenyOldTls", {"NumericLessThan": {"s3:TlsVersion": "1.2"}})


def _deny(name: str, condition: dict[str, Any]) -> dict[str, Any]:
    return {
        "Sid": name,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [GetAtt("Assets", "Arn"), Join("", [GetAtt("Assets", "Arn"), "/*"])],
        "Condition": condition,
    }


def _cloudfront(distribution: object) -> dict[str, Any]:
    return {
        "Sid": "CloudFrontReadsRenditions",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": Sub("${Assets.Arn}/renditions/*"),
        "Condition": {
            "StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")},
            "ArnLike": {"aws:SourceArn": distribution},
        },
    }
