"""What toolchains and experiments have in common: items, their order, what they must obey, and what they become."""
