"""The few widgets every panel is made of."""
