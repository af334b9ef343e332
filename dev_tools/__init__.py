"""The developer's commands, in the standard library only: they run before anything is installed."""

import sys

if sys.hexversion < 0x030B0000:  # said here because older Pythons cannot even read the other modules
    sys.exit("PCC Desk needs Python 3.11 or newer, and this is " + sys.version.split()[0] + ". Install a newer one.")
