"""State to arrays, tables and sentences: pure functions."""
