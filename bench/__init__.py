"""What the product does per second and in how much memory. `python -m bench` prints one line per figure."""
