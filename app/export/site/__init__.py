"""A static site of the laboratory: pages that any web host serves, or that are opened as files."""
