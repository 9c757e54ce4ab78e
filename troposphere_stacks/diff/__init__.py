"""What a change of the templates would do to what runs: added, changed, replaced, removed."""
