"""Running one experiment: what is cached, what must run, and what happens meanwhile."""
