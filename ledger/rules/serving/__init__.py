"""Where neurons can be reached: axons, their TLS certificates, Prometheus endpoints."""
