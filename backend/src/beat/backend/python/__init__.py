"""The BEAT runtime: what stands beside user code in every environment."""
