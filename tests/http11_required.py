"""An HTTP/2 server (prior knowledge) that wants HTTP/1.1 for each request.

usage: http11_required.py REQUESTS

Prints its port. Over HTTP/2 each request is refused with HTTP_1_1_REQUIRED
(RFC 9113, 7: it was not looked at), over HTTP/1.1 it is answered; what came,
and how, is a line of REQUESTS.
"""

import socket
import sys
import threading

SETTINGS, HEADERS, RST_STREAM, ACK, REQUIRED = 4, 1, 3, 1, 13


def frame(kind, flags, stream, data=b""):
    return (len(data).to_bytes(3, "big") + bytes([kind, flags]) +
            stream.to_bytes(4, "big") + data)


def frames(stream):
    while head := stream.read(9):
        stream.read(int.from_bytes(head[:3], "big"))
        yield head[3], int.from_bytes(head[5:], "big")


def talk(connection, seen):
    stream = connection.makefile("rb")
    line = stream.readline()
    while stream.readline() not in (b"\r\n", b""):
        pass
    if line.startswith(b"PRI "):
        stream.read(6)
        connection.sendall(frame(SETTINGS, 0, 0) + frame(SETTINGS, ACK, 0))
        for kind, number in frames(stream):
            if kind == HEADERS:
                print("HTTP/2", file=seen, flush=True)
                connection.sendall(
                    frame(RST_STREAM, 0, number, REQUIRED.to_bytes(4, "big")))
    else:
        print(line.decode().split()[0], file=seen, flush=True)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
                           b"Connection: close\r\n\r\nok\n")
    connection.close()


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    with open(sys.argv[1], "w", encoding="ascii") as seen:
        while True:
            threading.Thread(target=talk, daemon=True,
                             args=(listener.accept()[0], seen)).start()


main()
