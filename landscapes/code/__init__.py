"""Functions as text: read from their source, never executed to be read, and written down self-contained."""
