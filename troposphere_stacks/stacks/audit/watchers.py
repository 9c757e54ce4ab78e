"""What looks for intruders and open doors: GuardDuty, Security Hub, Access Analyzer."""

from __future__ import annotations

from troposphere import Sub
from troposphere.accessanalyzer import Analyzer
from troposphere.guardduty import CFNFeatureConfiguration, Detector
from troposphere.securityhub import Hub, Standard

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.kit.suppress import suppress
from troposphere_stacks.stack import StackTemplate

FEATURES = ("S3_DATA_EVENTS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS")
"""GuardDuty's, beside what it always reads (trail, flow logs, DNS); the shop has no containers."""

STANDARD = (
    "arn:${AWS::Partition}:securityhub:${AWS::Region}::"
    "standards/aws-foundational-security-best-practices/v/1.0.0"
)


def add_watchers(template: StackTemplate, parameters: Parameters) -> None:
    """Add all three; the first two are one an account and region, so another owner may have them."""
    detector = Detector(
        "Detector",
        Enable=True,
        FindingPublishingFrequency="FIFTEEN_MINUTES",
        Features=[CFNFeatureConfiguration(Name=name, Status="ENABLED") for name in FEATURES],
        Condition="GuardsAccount",
    )
    features = "S3 protection is on by Features; the rule knows DataSources, which exclude them"
    suppress(detector, "guard", "CT.GUARDDUTY.PR.1", features)
    hub = Hub(
        "Hub",
        AutoEnableControls=True,
        ControlFindingGenerator="SECURITY_CONTROL",
        EnableDefaultStandards=False,
        Condition="GuardsAccount",
        DependsOn=["Recorder"],
    )
    standard = Standard(
        "BestPractices", StandardsArn=Sub(STANDARD), Condition="GuardsAccount", DependsOn=[hub.title]
    )
    analyzer = Analyzer("OpenDoors", AnalyzerName=parameters.name("open-doors"), Type="ACCOUNT")
    for resource in (detector, hub, standard, analyzer):
        template.add_resource(resource)
