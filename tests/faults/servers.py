"""The servers of a sweep: tests/testserver, and nginx for TLS."""

import os
import shutil
import socket
import subprocess
import time

SERVER = os.path.abspath(os.environ.get("SERVER", "tests/testserver"))

NGINX = """
daemon off;
master_process off;
pid {dir}/pid;
error_log {dir}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {dir}/t; proxy_temp_path {dir}/t;
    fastcgi_temp_path {dir}/t; uwsgi_temp_path {dir}/t;
    scgi_temp_path {dir}/t;
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {dir}/cert.pem;
        ssl_certificate_key {dir}/key.pem;
        location / {{ return 200 "$uri\\n"; }}
    }}
}}
"""


def free_port():
    """A port that nobody had a moment ago."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Servers:
    """Both of them, in a directory; values has their URLs."""

    def __init__(self, directory):
        self.running = []
        p = subprocess.Popen([SERVER, os.path.join(directory, "server.log")],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.running.append(p)
        self.port = int(p.stdout.readline())
        self.values = {"url": f"http://127.0.0.1:{self.port}",
                       "name": f"http://localhost:{self.port}"}
        self.start_nginx(directory)

    def start_nginx(self, directory):
        """Where there is one."""
        nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        if nginx is None or shutil.which("openssl") is None:
            return
        port = free_port()
        ca = os.path.join(directory, "cert.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-keyout",
             os.path.join(directory, "key.pem"), "-out", ca],
            check=True, stderr=subprocess.DEVNULL)
        conf = os.path.join(directory, "nginx.conf")
        with open(conf, "w", encoding="utf-8") as f:
            f.write(NGINX.format(dir=directory, port=port))
        p = subprocess.Popen([nginx, "-c", conf, "-p", directory],
                             stderr=subprocess.DEVNULL)
        self.running.append(p)
        for _ in range(500):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        self.values.update({"tls": f"https://localhost:{port}", "ca": ca,
                            "resolve": f"localhost:{port}:127.0.0.1"})

    def reset(self):
        """The test server forgets what it saw."""
        with socket.create_connection(("127.0.0.1", self.port)) as s:
            s.sendall(b"GET /_reset HTTP/1.1\r\nHost: x\r\n"
                      b"Connection: close\r\n\r\n")
            while s.recv(4096):
                pass

    def stop(self):
        """Both."""
        for p in self.running:
            p.kill()
            p.wait()
