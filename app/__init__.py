"""The interactive laboratory: `python -m app`."""
