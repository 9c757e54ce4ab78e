"""What waits: renders, letters, money; the figures are those that the shop measures of itself."""

from __future__ import annotations

from storefront import metrics
from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.observability.signals import AT_LEAST, Measure, Signal

PANEL = "What waits"
LONGEST_WAIT = 900
"""Seconds that a render may wait: new machines are there after five minutes, so by then none came."""
MOST_LETTERS = 50


def job_signals(template: StackTemplate, parameters: Parameters) -> list[Signal]:
    """The signals of the shop's own metrics."""
    template.need("Shop", f"{parameters.first}:tables.TablePrefix")
    return [
        _own(metrics.OLDEST_JOB, "RendersWait", LONGEST_WAIT, "A render waits for a quarter of an hour"),
        _own(
            metrics.LETTERS_DUE,
            "LettersWait",
            MOST_LETTERS,
            "Letters don't leave: is the way out (STOREFRONT_MAIL) open?",
        ),
        _own(metrics.LETTERS_GIVEN_UP, "LettersGivenUp", 0, "A letter was given up on: the desk shows which"),
        _own(
            metrics.LOOSE_PAYMENTS,
            "LoosePayments",
            0,
            "Money was taken more than ten minutes ago and there is no good order for it",
        ),
        _silence(),
        _bounces(),
    ]


def _own(metric: metrics.Metric, name: str, threshold: float, says: str) -> Signal:
    # Every machine says the same figure, so the largest is the figure and the sum is not.
    return Signal(
        name=name, panel=PANEL, says=says, measures=[_measure(metric, "Maximum")], threshold=threshold
    )


def _silence() -> Signal:
    return Signal(
        name="ChoresStopped",
        panel=PANEL,
        says="No machine does the chores (python -m storefront upkeep): no letters, no expired holds",
        measures=[_measure(metrics.JOBS_WAITING, "SampleCount")],
        threshold=1,
        kept=AT_LEAST,
        missing="breaching",
    )


def _bounces() -> Signal:
    measure = Measure(namespace="AWS/SES", metric="Reputation.BounceRate", dimensions={}, statistic="Average")
    return Signal(
        name="LettersBounce",
        panel=PANEL,
        says="One letter in twenty comes back; Amazon SES stops sending at one in ten",
        measures=[measure],
        threshold=0.05,
        seconds=3600,
        periods=3,
    )


def _measure(metric: metrics.Metric, statistic: str) -> Measure:
    return Measure(
        namespace=metrics.NAMESPACE,
        metric=metric.name,
        dimensions={metrics.DIMENSION: "${Shop}"},
        statistic=statistic,
    )
