"""Run the command as ``python -m beat.cli``."""

from .start import main

if __name__ == "__main__":
    main()
