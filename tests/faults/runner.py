"""Runs coget with and without faults."""

import os
import re
import shutil
import signal
import subprocess

COGET = os.path.abspath(os.environ.get("COGET", "coget"))
LIBRARY = os.path.abspath(os.environ.get("FAULT", "tests/faults/fault.so"))
TIMEOUT = 30  # seconds, after which a run hangs


class Result:
    """How a run ended, and what it left."""

    def __init__(self, status, out, err, log, files):
        self.status = status
        self.out = out
        self.err = err
        self.log = log
        self.files = files

    @property
    def failed(self):
        """The line of what was made to fail, if the run came so far."""
        for line in self.log:
            if line.startswith("failed "):
                return line
        return None


def fill(text, values):
    """The text with the {name}s that there are values for."""
    return re.sub(r"\{([a-z]+)\}",
                  lambda m: values.get(m.group(1), m.group(0)), text)


def read_tree(top):
    """The files below a directory, by name."""
    found = {}
    for directory, _, names in os.walk(top):
        for name in names:
            path = os.path.join(directory, name)
            with open(path, "rb") as f:
                found[os.path.relpath(path, top)] = f.read()
    return found


class Runner:
    """Runs a scenario with and without faults."""

    def __init__(self, servers, work):
        self.values = servers.values
        self.servers = servers
        self.work = work
        self.here = os.path.join(work, "here")
        self.log = os.path.join(work, "log")

    def environment(self, scenario, fault):
        """Nothing of the caller's environment but where programs are."""
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
               "TMPDIR": self.tmp, "HOME": self.work,
               "XDG_CONFIG_HOME": "/nonexistent",
               # what was freed, and what is new, is no pointer
               "MALLOC_PERTURB_": "165"}
        for name in "ASAN_OPTIONS", "UBSAN_OPTIONS":
            if name in os.environ:
                env[name] = os.environ[name]
        env.update(scenario.env)
        if fault is not None:
            env.update(fault)
            env.update({"LD_PRELOAD": LIBRARY, "FAULT_LOG": self.log})
        return env

    def start(self, scenario, args, fault):
        """One run. Returns status (None: it hung), stdout and stderr."""
        self.servers.reset()
        args = [fill(a, self.values) for a in args]
        stdin = scenario.stdin.replace(b"{url}", self.values["url"].encode())
        with subprocess.Popen(
                [COGET] + args, cwd=self.here, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=self.environment(scenario, fault)) as p:
            try:
                out, err = p.communicate(stdin, TIMEOUT)
                return p.returncode, out, err
            except subprocess.TimeoutExpired:
                p.send_signal(signal.SIGABRT)
                out, err = p.communicate()
                return None, out, err

    def run(self, scenario, fault):
        """A run from the beginning, in an empty directory."""
        shutil.rmtree(self.here, ignore_errors=True)
        os.mkdir(self.here)
        shutil.rmtree(self.tmp, ignore_errors=True)
        os.mkdir(self.tmp)
        for name, text in scenario.files.items():
            with open(os.path.join(self.here, name), "wb") as f:
                f.write(text.replace(b"{url}", self.values["url"].encode()))
        if scenario.first is not None:
            self.start(scenario, scenario.first, None)
        if os.path.exists(self.log):
            os.unlink(self.log)
        status, out, err = self.start(scenario, scenario.args, fault)
        log = []
        if os.path.exists(self.log):
            with open(self.log, encoding="utf-8") as f:
                log = f.read().splitlines()
        files = read_tree(self.here)
        files.update({"tmp/" + k: v for k, v in read_tree(self.tmp).items()})
        return Result(status, out, err, log, files)

    def run_again(self, scenario):
        """The run after a run, without a fault."""
        status, out, err = self.start(scenario, scenario.again, None)
        return Result(status, out, err, [], {})

    @property
    def tmp(self):
        """TMPDIR, whose files have no business to be there afterwards."""
        return os.path.join(self.work, "tmp")
