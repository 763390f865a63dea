"""The page round the tabs, and the server."""
