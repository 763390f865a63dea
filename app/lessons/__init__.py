"""Lessons on the page: their scenes, their keys, what is predicted, and lessons of one’s own."""
