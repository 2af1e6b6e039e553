#!/usr/bin/env python3
"""Runs a command in a terminal of so many columns and prints what it wrote there, escapes visible.

usage: in_terminal.py COLUMNS COMMAND...; status 77: there are no pseudo-terminals
"""
import fcntl
import os
import struct
import sys
import termios


def main():
    try:
        host, terminal = os.openpty()
    except OSError:
        return 77
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", 24, int(sys.argv[1]), 0, 0))
    child = os.fork()
    if child == 0:
        os.dup2(terminal, 1)
        os.dup2(terminal, 2)
        os.close(host)
        os.execvp(sys.argv[2], sys.argv[2:])
    os.close(terminal)
    text = b""
    try:
        while piece := os.read(host, 4096):
            text += piece
    except OSError:  # the other side is closed
        pass
    os.waitpid(child, 0)
    print(text.decode().replace("\r\n", "\n").replace("\x1b", "^["), end="")
    return 0


sys.exit(main())
