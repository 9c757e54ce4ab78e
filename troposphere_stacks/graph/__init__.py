"""A picture of the cloud, drawn from the templates: the network of each region, and the stacks."""
