"""Whether the shop runs: its stores, letters, payments, and what it does by itself."""
