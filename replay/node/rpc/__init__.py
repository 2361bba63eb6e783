"""JSON-RPC 2.0 over HTTP and websocket: what clients ask a node, by the names that nodes have for it."""
