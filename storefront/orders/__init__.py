"""What was bought: orders, their line items, shipments and history."""
