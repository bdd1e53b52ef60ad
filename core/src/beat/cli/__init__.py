"""The `beat` command: one module for each group of commands."""
