"""A node's answers, recorded and replayed: the file, the proxy that writes it, the server that answers from it."""
