"""The table of claims: every sentence on screen that can be false, with what computes whether it is."""
