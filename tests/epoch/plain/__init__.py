"""The epoch in its plain form: Python integers and lists, one function for each operation of the protocol.

Slow and easy to read; the tests hold the fast form against it, on random subnets too.
"""
