"""Configuration of the documentation builder."""

import importlib.metadata

project = "BEAT"
copyright = "2026, the BEAT developers"
release = importlib.metadata.version("beat.core")
extensions = ["myst_parser"]
html_theme = "furo"
myst_heading_anchors = 3
exclude_patterns = ["_build"]
