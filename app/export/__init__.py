"""Tables, pictures and handouts to download."""
