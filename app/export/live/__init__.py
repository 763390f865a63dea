"""A page that computes its runs itself, without a server."""
