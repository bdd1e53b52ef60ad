"""Package data for other programs: a prefix with the integers that a new algorithm reads and writes."""
