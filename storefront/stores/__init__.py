"""The four stores behind the shop: DynamoDB, SQL, objects and the job queue."""
