"""The cloud: CloudFormation for every part of the shop, by ``python -m troposphere_stacks``."""
