"""Nablascope: argv → the window, or a command without one."""

import sys

if __name__ == "__main__":
    from gui.commands import main

    sys.exit(main(sys.argv[1:]))
