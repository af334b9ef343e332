"""A sample office on loopback platforms, for practice, pictures and tests."""
