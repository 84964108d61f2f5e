"""``python -m yuanhui_kg`` is the command ``yuanhui-kg``."""

from .cli import main

if __name__ == "__main__":
    main()
