"""What shoppers feel of a region: errors, waiting, and machines that can answer in each zone."""

from __future__ import annotations

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.observability.signals import AT_LEAST, ZONES, Measure, Signal

PANEL = "What shoppers feel"
FEW_REQUESTS = 20
"""In a minute with fewer, one error is a large share and says little."""


def serving_signals(template: StackTemplate, parameters: Parameters) -> list[Signal]:
    """The balancer's signals."""
    template.need("LoadBalancer", "web.LoadBalancerFullName")
    template.need("Targets", "web.TargetGroupFullName")
    hosts = [*map(_zone, ZONES)] if parameters.env.spread else [_anywhere()]
    return [_errors(), _waiting(), _refused(), *hosts, certificate_signal(template)]


def _balancer(metric: str, statistic: str = "Sum", **more: str) -> Measure:
    return Measure(
        namespace="AWS/ApplicationELB",
        metric=metric,
        dimensions={"LoadBalancer": "${LoadBalancer}"} | more,
        statistic=statistic,
    )


def _errors() -> Signal:
    return Signal(
        name="ErrorShare",
        panel=PANEL,
        says="More than 1 % of all requests end in an error of ours: look at the newest release first",
        measures=[
            _balancer("RequestCount"),
            _balancer("HTTPCode_Target_5XX_Count"),
            _balancer("HTTPCode_ELB_5XX_Count"),
        ],
        expression=f"IF(m1 > {FEW_REQUESTS}, 100 * (FILL(m2, 0) + FILL(m3, 0)) / m1, 0)",
        threshold=1,
    )


def _waiting() -> Signal:
    return Signal(
        name="SlowPages",
        panel=PANEL,
        says="One page in twenty takes longer than a second to be made",
        measures=[_balancer("TargetResponseTime", "p95")],
        threshold=1,
    )


def _refused() -> Signal:
    return Signal(
        name="RefusedConnections",
        panel=PANEL,
        says="The balancer has reached its limit of connections and turns visitors away",
        measures=[_balancer("RejectedConnectionCount")],
        threshold=0,
        datapoints=1,
    )


def _zone(zone: int) -> Signal:
    says = f"No healthy web server in zone {zone}: the next loss of a zone is an outage"
    return _hosts(f"NoHostInZone{zone}", says, AvailabilityZone=f"${{Zone{zone}}}")


def _anywhere() -> Signal:
    return _hosts("NoHost", "No healthy web server: the shop is closed")


def _hosts(name: str, says: str, **more: str) -> Signal:
    """Missing data is an alarm here: where there are no machines, there is no metric either."""
    return Signal(
        name=name,
        panel=PANEL,
        says=says,
        measures=[_balancer("HealthyHostCount", "Minimum", TargetGroup="${Targets}", **more)],
        threshold=1,
        kept=AT_LEAST,
        missing="breaching",
    )


def certificate_signal(template: StackTemplate) -> Signal:
    """For the day when a renewal failed: ACM tries from 60 days before the end."""
    template.need("CertificateArn", "certificates.CertificateArn")
    return Signal(
        name="CertificateEnds",
        panel=PANEL,
        says="The certificate ends within 30 days and was not renewed: is its DNS record still there?",
        measures=[
            Measure(
                namespace="AWS/CertificateManager",
                metric="DaysToExpiry",
                dimensions={"CertificateArn": "${CertificateArn}"},
                statistic="Minimum",
            )
        ],
        threshold=30,
        kept=AT_LEAST,
        seconds=86_400,
        periods=1,
        datapoints=1,
    )
