"""Models on their way from an uploaded file to published renditions."""
