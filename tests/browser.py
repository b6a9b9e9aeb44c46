#!/usr/bin/env python3
"""Opens a file in headless Chromium, moves the mouse over an element, and
prints what the page shows and which requests it made, as JSON.

usage: browser.py FILE SELECTOR EXPRESSION

The mouse goes to the middle of the first element of that selector; EXPRESSION
is what JavaScript then says of the page. Speaks the DevTools protocol over a
pair of pipes.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time


class Browser:
    def __init__(self, profile):
        to_read, self.to = os.pipe()
        self.at, from_write = os.pipe()

        # The browser reads descriptor 3 and writes 4.
        def place():
            read, write = os.dup(to_read), os.dup(from_write)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self.process = subprocess.Popen(
            [program(), "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run",
             "--user-data-dir=" + profile, "--remote-debugging-pipe",
             "about:blank"],
            env=dict(os.environ, HOME=profile, XDG_CONFIG_HOME=profile,
                     XDG_CACHE_HOME=profile),
            preexec_fn=place, pass_fds=(3, 4), close_fds=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.rest = b""
        self.number = 0
        self.session = None
        self.events = []

    def receive(self):
        while b"\0" not in self.rest:
            piece = os.read(self.at, 65536)
            if not piece:
                sys.exit("the browser has gone")
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def value(self, expression):
        return self.call("Runtime.evaluate", expression=expression,
                         returnByValue=True)["result"].get("value")


def program():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return name
    sys.exit("no Chromium")


def look(browser, path, selector, expression):
    targets = browser.call("Target.getTargets")["targetInfos"]
    page = next(t for t in targets if t["type"] == "page")
    browser.session = browser.call(
        "Target.attachToTarget", targetId=page["targetId"],
        flatten=True)["sessionId"]
    browser.call("Network.enable")
    browser.call("Page.enable")
    browser.call("Log.enable")
    browser.call("Page.navigate", url="file://" + os.path.abspath(path))
    while browser.value("document.readyState") != "complete" or \
            browser.value("location.protocol") != "file:":
        time.sleep(0.05)
    box = browser.value(
        "(() => { const e = document.querySelector(%s);"
        "e.scrollIntoView({block: 'center'});"
        "const b = e.getBoundingClientRect();"
        "return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        % json.dumps(selector))
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=box[0],
                 y=box[1])
    shown = browser.value(expression)
    events = browser.events
    return {
        "shown": shown,
        "requests": [e["params"]["request"]["url"] for e in events
                     if e["method"] == "Network.requestWillBeSent"],
        "complaints": [e["params"]["entry"]["text"] for e in events
                       if e["method"] == "Log.entryAdded"],
    }


def main():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            print(json.dumps(look(browser, *sys.argv[1:])))
        finally:
            browser.process.terminate()
            browser.process.wait()


main()
