"""Starts and stops the local servers; nothing else in the shop knows that they are local."""
