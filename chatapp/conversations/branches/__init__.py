"""The deeds that make, leave and end branches, and what the copies among their messages are."""
