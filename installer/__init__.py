"""What build_installer.py is made of: each step of making and proving what an office installs."""
