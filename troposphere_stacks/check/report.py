"""The one report of ``check``, in words or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from troposphere_stacks.check.finding import Finding, Suppression


@dataclass(frozen=True, slots=True)
class Look:
    """What a judge says. 0 ``rules``: it doesn't say how many; ``passed`` and ``failed`` count checks."""

    rules: int = 0
    passed: int = 0
    failed: int = 0
    suppressed: int = 0

    @property
    def percent(self) -> float:
        """The part of the checks that passed, suppressed ones apart."""
        return 100 * self.passed / (self.passed + self.failed) if self.passed else 0.0

    def __str__(self) -> str:
        rules = [f"{self.rules} rules"] if self.rules else []
        passed = [f"{self.percent:.1f} % of {self.passed + self.failed} checks passed"] if self.passed else []
        return ", ".join((*rules, *passed))


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, what is wrong, and what was allowed to be, of one deployment."""

    deployment: str
    stacks: int
    resources: int
    judges: Mapping[str, Look]  # by the name of the scanner, or "graph"
    findings: Sequence[Finding]
    suppressed: Sequence[Suppression]

    def as_json(self) -> dict[str, object]:
        """Ready for ``json.dumps``."""
        return asdict(self)


def show(report: Report, console: Console) -> None:
    """Print findings by rule, suppressions with their reasons, what was looked at, and the verdict."""
    for (rule, message), places in _grouped(report.findings).items():
        console.print(Text.assemble((rule, "red"), f": {message}"))
        for where in places:
            console.print(Text(f"  {where}", style="bold"))
    if report.suppressed:
        console.print(_suppressions(report.suppressed))
    for name, look in report.judges.items():
        console.print(f"{name}: {look}" if str(look) else name, highlight=False)
    verdict = f"[red]{len(report.findings)} findings[/]" if report.findings else "[green]0 findings[/]"
    console.print(
        f"{report.deployment}: {report.stacks} stacks, {report.resources} resources: {verdict}, "
        f"{len(report.suppressed)} suppressed",
        highlight=False,
    )


def _grouped(findings: Sequence[Finding]) -> dict[tuple[str, str], list[str]]:
    grouped: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        grouped.setdefault((finding.rule, finding.message), []).append(finding.where)
    return grouped


def _suppressions(suppressed: Sequence[Suppression]) -> Table:
    """One line for each rule and reason, with the number of resources that it is about."""
    table = Table("rule", "resources", "why it doesn't hold there", title="Suppressed", title_justify="left")
    counted = Counter((f"{each.scanner} {each.id}", each.reason) for each in suppressed)
    for (rule, reason), count in sorted(counted.items()):
        table.add_row(rule, str(count), reason)
    return table
