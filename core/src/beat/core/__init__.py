"""The BEAT platform: declared objects, experiments and their execution."""
