"""JSON-RPC 2.0 over HTTP and websocket: a node's usual methods."""
