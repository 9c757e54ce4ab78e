"""The model pipeline, as a library that knows no storage and no queue."""
