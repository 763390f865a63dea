"""A lesson as a page that computes itself: each scene's plane, its question, and what answers it."""
