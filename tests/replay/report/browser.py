"""A real browser for tests: headless Chromium over its own protocol, and axe, which checks whether everybody can use a page.

Chromium is a Debian package, which `.ci/run` installs; tests skip where there is none. axe comes out of a wheel of the package
index, whose hash is known here; it is kept in pytest's cache.
"""

import asyncio
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
import pytest

AXE: Final = "axe-playwright-python==0.1.8"
AXE_FILE: Final = "axe_playwright_python/axe.min.js"
AXE_SHA256: Final = "fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8"

PHONE: Final = (390, 844)
DESK: Final = (1280, 900)


def chromium() -> str:
    """The browser's command; skips the test where there is none."""
    found = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium is here (apt-get install chromium): pages are not looked at in a real browser")
    return found


def axe(cache: Path) -> str:
    """axe's source; skips the test where it can neither be found nor fetched."""
    cache.mkdir(parents=True, exist_ok=True)
    wheel = next(iter(cache.glob("axe_playwright_python-*.whl")), None)
    if wheel is None:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache), AXE]
        fetched = subprocess.run(command, capture_output=True, text=True, check=False)
        wheel = next(iter(cache.glob("axe_playwright_python-*.whl")), None)
        if wheel is None:
            pytest.skip(f"axe is not here and cannot be fetched: {fetched.stderr.strip()[-200:]}")
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == AXE_SHA256
    return zipfile.ZipFile(wheel).read(AXE_FILE).decode()


class Page:
    """A page that is open. `console` has what it complained of, `requests` the addresses that it asked for."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self._loaded = False
        self.console: list[str] = []
        self.requests: list[str] = []

    async def ask(self, method: str, **parameters: Any) -> Any:
        """One question of the browser's protocol, and its answer."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while True:
            message = await self._socket.receive_json()
            if message.get("id") == self._number:
                assert "error" not in message, message
                return message["result"]
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.console.append(parameters["exceptionDetails"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.console.append(json.dumps(parameters["args"]))
        elif method == "Log.entryAdded":
            self.console.append(parameters["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Page.loadEventFired":
            self._loaded = True

    async def open(self, path: Path, size: tuple[int, int]) -> Self:
        """Load a file in a window of that size."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.ask(f"{domain}.enable")
        width, height = size
        is_phone = width < 600
        await self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=is_phone)
        self._loaded = False
        await self.ask("Page.navigate", url=path.absolute().as_uri())
        while not self._loaded:
            self._note(await self._socket.receive_json())
        return self

    async def value(self, expression: str) -> Any:
        """What a JavaScript expression gives, awaited where it is a promise."""
        result = await self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")


@asynccontextmanager
async def opened(path: Path, size: tuple[int, int], profile: Path) -> AsyncIterator[Page]:
    """A file, open in a browser of its own that ends with the block."""
    command = [
        chromium(),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--remote-debugging-port=0",
    ]
    browser = await asyncio.create_subprocess_exec(
        *command, f"--user-data-dir={profile}", "about:blank", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        port = await _port(profile)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                (target,) = [one for one in await answer.json() if one["type"] == "page"]
            async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                yield await Page(socket).open(path, size)
    finally:
        browser.terminate()
        await browser.wait()


async def _port(profile: Path) -> int:
    """Where the browser listens, which it writes into a file when it does."""
    written = profile / "DevToolsActivePort"
    for _ in range(1200):
        if written.exists() and (lines := written.read_text().splitlines()):
            return int(lines[0])
        await asyncio.sleep(0.1)
    pytest.fail("the browser did not begin to listen")
