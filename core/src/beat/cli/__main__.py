"""Run the command as ``python -m beat.cli``."""

from .main import main

if __name__ == "__main__":
    main()
