"""The set of stacks in an AWS account (or an emulator): brought there, looked at, taken away."""
