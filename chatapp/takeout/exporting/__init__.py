"""Conversations on their way out, yielded as they are read: memory does not grow with their number."""
