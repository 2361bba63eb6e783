"""What a node answers, recorded and played again: the file, the proxy that writes it, the server that answers from it."""
