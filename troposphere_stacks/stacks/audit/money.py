"""The budget: told when the month's bill comes near its limit, or is going to."""

from __future__ import annotations

from typing import Any

from troposphere.budgets import (
    Budget,
    BudgetData,
    Notification,
    NotificationWithSubscribers,
    Spend,
    Subscriber,
)

from troposphere_stacks.stack import StackTemplate

SPENT_PERCENT, FORECAST_PERCENT = 80, 100


def add_budget(template: StackTemplate) -> None:
    """Add the budget of the whole account: an environment has an account of its own."""
    limit = template.static(
        "MonthlyBudget", "5000", "US dollars a month that the account may cost", type="Number", MinValue=1
    )
    topic = template.need("AlertTopicArn", "foundation.AlertTopicArn")
    budget = Budget(
        "Budget",
        Budget=BudgetData(BudgetType="COST", TimeUnit="MONTHLY", BudgetLimit=Spend(Amount=limit, Unit="USD")),
        NotificationsWithSubscribers=[
            _told("ACTUAL", SPENT_PERCENT, topic),
            _told("FORECASTED", FORECAST_PERCENT, topic),
        ],
    )
    template.add_resource(budget)


def _told(kind: str, percent: int, topic: object) -> Any:
    return NotificationWithSubscribers(
        Notification=Notification(
            NotificationType=kind,
            ComparisonOperator="GREATER_THAN",
            Threshold=percent,
            ThresholdType="PERCENTAGE",
        ),
        Subscribers=[Subscriber(SubscriptionType="SNS", Address=topic)],
    )
