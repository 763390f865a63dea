"""Views of maps: destinations, phase diagram, stability."""
