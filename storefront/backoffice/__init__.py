"""The merchant's side of the counter: products, and the models that they show."""
