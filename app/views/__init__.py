"""The views: one tab each."""
