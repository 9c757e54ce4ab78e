"""Judging a whole set of stacks before anything is deployed: by scanners, our own rules, and as a graph."""
