"""From a cart to a paid order: reserve, pay at the provider, settle what the provider says."""
