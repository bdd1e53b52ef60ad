"""Configuration of the documentation builder."""

from importlib.metadata import version

project = "BEAT"
copyright = "2026, the BEAT developers"
release = version("beat.core")
extensions = ["myst_parser"]
html_theme = "furo"
myst_heading_anchors = 3
exclude_patterns = ["_build"]
