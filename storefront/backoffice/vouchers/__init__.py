"""The merchant's vouchers: made, listed and ended."""
