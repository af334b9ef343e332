"""How moments, links and words from the public are shown on screen."""
