"""Why a job can't be done at all."""


class Unusable(Exception):
    """It can't be done, now or later; the message is one line for the owner."""
