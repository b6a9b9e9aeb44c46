"""An HTTP/2 server (prior knowledge) that wants HTTP/1.1 for each request.

usage: http11_required.py REQUESTS [BEGIN]

Prints its port. Over HTTP/2 each request ends with HTTP_1_1_REQUIRED (RFC 9113,
7), and with BEGIN after that many pieces of a response; over HTTP/1.1 it is
answered. What came, and how, is a line of REQUESTS.
"""

import socket
import sys
import threading
import time

DATA, HEADERS, RST_STREAM, SETTINGS = 0, 1, 3, 4
ACK, END_HEADERS, REQUIRED = 1, 4, 13
STATUS_200 = b"\x88"  # HPACK


def frame(kind, flags, stream, data=b""):
    return (len(data).to_bytes(3, "big") + bytes([kind, flags]) +
            stream.to_bytes(4, "big") + data)


def frames(stream):
    while head := stream.read(9):
        stream.read(int.from_bytes(head[:3], "big"))
        yield head[3], int.from_bytes(head[5:], "big")


def talk(connection, seen, begin):
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
                if begin is not None:
                    connection.sendall(
                        frame(HEADERS, END_HEADERS, number, STATUS_200) +
                        b"".join(frame(DATA, 0, number, b"b") for _ in range(begin)))
                    time.sleep(0.3)  # that is read by itself
                connection.sendall(
                    frame(RST_STREAM, 0, number, REQUIRED.to_bytes(4, "big")))
    else:
        print(line.decode().split()[0], file=seen, flush=True)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
                           b"Connection: close\r\n\r\nok\n")
    connection.close()


def main():
    begin = int(sys.argv[2]) if len(sys.argv) > 2 else None
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    with open(sys.argv[1], "w", encoding="ascii") as seen:
        while True:
            threading.Thread(target=talk, daemon=True,
                             args=(listener.accept()[0], seen, begin)).start()


main()
