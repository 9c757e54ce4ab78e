"""Render workers: models in, three levels of detail and pictures out."""
