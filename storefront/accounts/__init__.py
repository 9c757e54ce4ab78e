"""People who sign in: merchants and shoppers."""
