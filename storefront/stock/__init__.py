"""What can be sold: units on hand, units reserved, and the ledger of every movement."""
