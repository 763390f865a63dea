"""One thing drawn on a figure each."""
