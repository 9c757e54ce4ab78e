"""Letters: written into an outbox with what they tell of, sent by a loop of its own."""
