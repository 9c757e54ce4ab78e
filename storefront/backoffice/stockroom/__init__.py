"""The merchant's stock: units of each SKU, what was received and counted, and the ledger."""
