"""What functions feel. Their failures ring beside them, in the stack ``functions``, and are only shown."""

from __future__ import annotations

from troposphere_stacks.deployment import Parameters
from troposphere_stacks.stack import StackTemplate
from troposphere_stacks.stacks.observability.signals import Measure, Signal

PANEL = "Functions"
FOLLOWERS = ("CartUpdates", "CatalogChanges")
ALL = (*FOLLOWERS, "Authentication")
MOST_LATE_MS = 60_000
"""Of what follows a stream: holds of emptied carts and the catalog's pages are late by as much."""


def function_signals(template: StackTemplate, parameters: Parameters) -> list[Signal]:  # noqa: ARG001
    """Lambda's signals, and the queue of what it gave up on."""
    for title in ALL:
        template.need(title, f"functions.{title}FunctionName")
    template.need("FailedQueue", "functions.FailedQueueName")
    return [
        _all("FunctionsFail", "Errors", "Functions fail", rings=False),
        _all("FunctionsThrottled", "Throttles", "Functions are refused: all that they may run are busy"),
        Signal(
            name="FollowersLate",
            panel=PANEL,
            says="What follows the tables is a minute late",
            measures=[_function(title, "IteratorAge", "Maximum") for title in FOLLOWERS],
            expression="MAX([m1, m2])",
            threshold=MOST_LATE_MS,
        ),
        Signal(
            name="RecordsGivenUp",
            panel=PANEL,
            says="A function gave up on records of a stream",
            measures=[_queue()],
            threshold=0,
            rings=False,
        ),
    ]


def _all(name: str, metric: str, says: str, *, rings: bool = True) -> Signal:
    return Signal(
        name=name,
        panel=PANEL,
        says=says,
        measures=[_function(title, metric, "Sum") for title in ALL],
        expression=" + ".join(f"FILL(m{number}, 0)" for number in range(1, len(ALL) + 1)),
        threshold=0,
        rings=rings,
    )


def _function(title: str, metric: str, statistic: str) -> Measure:
    return Measure(
        namespace="AWS/Lambda",
        metric=metric,
        dimensions={"FunctionName": f"${{{title}}}"},
        statistic=statistic,
    )


def _queue() -> Measure:
    return Measure(
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": "${FailedQueue}"},
        statistic="Maximum",
    )
