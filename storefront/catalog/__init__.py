"""What the shop sells: kept in DynamoDB, read from an immutable snapshot."""
