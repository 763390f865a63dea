"""What crosses between Python and the page."""
