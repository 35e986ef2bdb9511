"""What the program ends with: the contract of the command line. No Qt."""

from typing import Final

EXIT_DONE: Final = 0
EXIT_FAILED: Final = 1
EXIT_BAD_INPUT: Final = 2
EXIT_CANNOT_RENDER: Final = 3
EXIT_INTERRUPTED: Final = 130
