"""No rule stands twice: no two functions of the house have the same body."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from tests.test_layers import KNOWN

SMALL = 25
"""Nodes of a syntax tree: a body with fewer says too little to be a copy of another."""


def bodies() -> Iterator[tuple[str, str]]:
    """(name, body) of every function, without its docstring."""
    for module, path in KNOWN.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if sum(1 for statement in body for _ in ast.walk(statement)) >= SMALL:
                    yield f"{module}.{node.name}", "\n".join(map(ast.dump, body))


def test_no_body_stands_twice() -> None:
    places = defaultdict(list)
    for name, body in bodies():
        places[body].append(name)
    assert [names for names in places.values() if len(names) > 1] == []
