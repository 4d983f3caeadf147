"""Work on many rows of a list at once: what was selected, the page that asks, and one module for each kind of work."""
