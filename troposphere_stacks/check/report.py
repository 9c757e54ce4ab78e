"""The one report of ``check``, in words or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

from troposphere_stacks.check.finding import Finding, Suppression


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, what is wrong, and what was allowed to be, of one deployment."""

    deployment: str
    stacks: int
    resources: int
    rules: Mapping[str, int]  # scanner or "graph": how many rules looked
    findings: Sequence[Finding]
    suppressed: Sequence[Suppression]

    def as_json(self) -> dict[str, object]:
        """Ready for ``json.dumps``."""
        return asdict(self)


def show(report: Report, console: Console) -> None:
    """Print findings, then suppressions with their reasons, then one line."""
    for finding in report.findings:
        console.print(
            f"[red]{finding.rule}[/] [bold]{finding.where}[/]: {finding.message}",
            soft_wrap=True,
            highlight=False,
        )
    if report.suppressed:
        console.print(_suppressions(report.suppressed))
    looked = ", ".join(f"{name} ({rules} rules)" if rules else name for name, rules in report.rules.items())
    verdict = f"[red]{len(report.findings)} findings[/]" if report.findings else "[green]0 findings[/]"
    console.print(
        f"{report.deployment}: {report.stacks} stacks, {report.resources} resources; {looked}: {verdict}, "
        f"{len(report.suppressed)} suppressed",
        soft_wrap=True,
        highlight=False,
    )


def _suppressions(suppressed: Sequence[Suppression]) -> Table:
    """One line for each rule and reason, with the number of resources that it is about."""
    table = Table("rule", "resources", "why it doesn't hold there", title="Suppressed", title_justify="left")
    counted = Counter((f"{each.scanner} {each.id}", each.reason) for each in suppressed)
    for (rule, reason), count in sorted(counted.items()):
        table.add_row(rule, str(count), reason)
    return table
