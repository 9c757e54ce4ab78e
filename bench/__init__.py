"""Measurements, side by side in one run; ratios hold where single times don't."""
