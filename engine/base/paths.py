"""Where the program's own files lie, in the source tree and in a frozen bundle. Any thread; stdlib only."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
RESOURCES: Final = ROOT / "resources"
EXAMPLES: Final = RESOURCES / "examples"
DATA: Final = RESOURCES / "data"
