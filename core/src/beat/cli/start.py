"""Where the program begins: before anything is imported that takes time, so that it can be stopped from the start."""


def main() -> None:
    """Run the `beat` command."""
    try:
        from .main import main as program

        program()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
