#!/usr/bin/env python3
"""Looks at the pages that fwdelta makes in a real browser: at 400 and at 1600 pixels nothing is wider than
the window, nothing is fetched, there is no script, each is below 2 MB, and it can be printed.

usage: check_pages.py FWDELTA SOURCE-FOLDER [SCREENSHOTS]

SCREENSHOTS: a folder for what was seen. Needs chromium and python3-websocket; ends with 77 without them."""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3"):
    os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
try:
    import websocket
except ImportError:
    print("skipped: python3-websocket is not installed")
    sys.exit(77)

PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SCREENSHOTS = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
WIDTHS = (400, 1600)
PAGE_MAX = 2 << 20

sys.path.insert(0, os.path.join(SOURCE, "tests", "browser"))
import pages


class Browser:
    """One tab, over the DevTools protocol."""

    def __init__(self, folder):
        self.process = subprocess.Popen(["chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
            "--disable-dev-shm-usage", "--remote-debugging-port=0", "--user-data-dir=" + folder,
            "--remote-allow-origins=*", "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = os.path.join(folder, "DevToolsActivePort")
        for _ in range(300):
            if os.path.exists(port_file) and os.path.getsize(port_file):
                break
            time.sleep(0.1)
        port = open(port_file).read().split()[0]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(100):
            tabs = [t for t in json.load(opener.open(f"http://127.0.0.1:{port}/json")) if t["type"] == "page"]
            if tabs:
                break
            time.sleep(0.1)
        self.socket = websocket.create_connection(tabs[0]["webSocketDebuggerUrl"], timeout=60,
            http_no_proxy=["127.0.0.1"])
        self.number, self.events = 0, []
        for domain in ("Page", "Network", "Runtime"):
            self.call(domain + ".enable")

    def call(self, method, **params):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.number:
                assert "error" not in message, message
                return message["result"]
            self.events.append(message)

    def show(self, path, width):
        self.events.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
            mobile=width < 600)
        self.call("Page.navigate", url="file://" + path)
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(json.loads(self.socket.recv()))
        return [e["params"]["request"]["url"] for e in self.events
            if e.get("method") == "Network.requestWillBeSent"]

    def value(self, expression):
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"]["value"]

    def close(self):
        self.socket.close()
        self.process.kill()
        self.process.wait()


def check(browser, name, path):
    """The number of things that are wrong."""
    wrong = []
    if os.path.getsize(path) > PAGE_MAX:
        wrong.append(f"it has {os.path.getsize(path)} bytes")
    for width in WIDTHS:
        fetched = [url for url in browser.show(path, width) if url != "file://" + path
            and not url.startswith("data:")]
        if fetched:
            wrong.append(f"it fetches {fetched}")
        wide = browser.value("document.documentElement.scrollWidth")
        if wide > width:
            wrong.append(f"at {width} pixels it is {wide} wide")
        if browser.value("document.scripts.length") != 0:
            wrong.append("it has scripts")
        if len(browser.value("document.body.innerText")) < 100:
            wrong.append("it says next to nothing")
        if SCREENSHOTS:
            os.makedirs(SCREENSHOTS, exist_ok=True)
            shot = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
            with open(os.path.join(SCREENSHOTS, f"{name}-{width}.png"), "wb") as out:
                out.write(base64.b64decode(shot["data"]))
    if len(base64.b64decode(browser.call("Page.printToPDF")["data"])) < 1000:
        wrong.append("it cannot be printed")
    print(f"{name}: {'; '.join(wrong) if wrong else 'good'}")
    return len(wrong)


def main():
    if shutil.which("chromium") is None:
        print("skipped: chromium is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        made = pages.make(PROGRAM, SOURCE, folder)
        browser = Browser(os.path.join(folder, "browser"))
        try:
            wrong = sum(check(browser, name, path) for name, path in made)
            bad = os.path.join(folder, "wide.html")
            with open(bad, "w") as out:
                out.write("<p>" + "a line of text " * 20 + "<div style='width:2000px'>x</div>")
            print("a page that is too wide is seen:", end=" ")
            seen = check(browser, "wide", bad)
        finally:
            browser.close()
    return 0 if wrong == 0 and seen > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
