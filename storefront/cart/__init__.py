"""The cart: what a visitor wants to buy, before it is paid."""
