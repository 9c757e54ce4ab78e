"""Designs that people saved: a product in a configuration, under a name of their own."""
