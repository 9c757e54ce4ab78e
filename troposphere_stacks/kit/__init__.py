"""Small typed builders that stacks share; each gives troposphere objects or parts of policies."""
