"""What the shop measures of itself: the names that alarms and scaling use, and how the figures leave.

Standard library only: the stacks read the names here, too.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

NAMESPACE = "Storefront"
DIMENSION = "Shop"
"""Its value is ``STOREFRONT_TABLE_PREFIX``, which tells environments of one account apart."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A gauge. Every machine that does the chores says the same figure: take the maximum, never the sum."""

    name: str
    unit: str  # of CloudWatch: Count, Seconds
    about: str


Figures = Mapping[Metric, float]

JOBS_WAITING = Metric("JobsWaiting", "Count", "Renders that could begin now, of this region")
OLDEST_JOB = Metric("OldestJobSeconds", "Seconds", "How long the oldest of them has been waiting")
LETTERS_DUE = Metric("LettersDue", "Count", "Letters that should have left by now")
LETTERS_GIVEN_UP = Metric("LettersGivenUp", "Count", "Letters that were tried too often")
LOOSE_PAYMENTS = Metric(
    "LoosePayments", "Count", "Payments of more than ten minutes ago without a good order"
)

METRICS = (JOBS_WAITING, OLDEST_JOB, LETTERS_DUE, LETTERS_GIVEN_UP, LOOSE_PAYMENTS)
"""Measured each :data:`SECONDS` seconds by ``python -m storefront upkeep``: none at all means it is down."""

SECONDS = 30


def as_embedded(shop: str, values: Figures) -> str:
    """One line of CloudWatch's embedded metric format, of which it makes metrics when it gets the log.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    told = {
        "Namespace": NAMESPACE,
        "Dimensions": [[DIMENSION]],
        "Metrics": [{"Name": metric.name, "Unit": metric.unit} for metric in values],
    }
    figures = {metric.name: value for metric, value in values.items()}
    about = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [told]}
    return json.dumps({"_aws": about, DIMENSION: shop, **figures})


def tell(shop: str, values: Figures) -> None:
    """Write the figures to stdout, which the machine's agent hands on; logs go to stderr."""
    sys.stdout.write(as_embedded(shop, values) + "\n")
    sys.stdout.flush()
