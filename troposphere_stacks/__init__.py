"""The cloud: CloudFormation for every part of the shop, from one command (``python -m troposphere_stacks``)."""
