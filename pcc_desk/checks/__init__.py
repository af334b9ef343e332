"""Rules about text: pure functions over values."""
