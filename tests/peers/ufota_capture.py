"""Writes module/WIRE.md: what is on the wire in a whole update, as tshark saw it, with a word on each step.

usage: ufota_capture.py FWDELTA NODE-MODULES [--write]

Without --write the page is compared with what is seen now.
"""
import os
import re
import subprocess
import sys
import time

from world import SOURCE, Failure, World, find, start_in, until

PAGE = os.path.join(SOURCE, 'module', 'WIRE.md')

HEAD = """# An update by a LwM2M server, on the wire

A LARA-R6 (`fwdelta module dev --profile lara-r6-01b --lwm2m coap://...`), an update server made of
lwm2m-node-lib and a content server (nginx), from the first registration to the report of the new version. The
lines are tshark's; what differs from run to run (times, message ids, ports, the IMEI) is left out, repeated
polling too. `M` is the module, `S` the update server, `C` the content server.

This page is made by `tests/peers/ufota_capture.py --write`, and the tests of `sh tests/run.sh --with peers`
hold it against what they see.
"""

# The first line that fits is preceded by the text.
STEPS = [
    (r'M > S CON, POST, /rd\?', 'Attached to the network, the module registers: its name, the lifetime of the '
     'registration, its version of LwM2M, the objects that it has. The server answers with a location.'),
    (r'S > M CON, PUT, /1/10/1', 'The server gives the registration a lifetime of its own; the module tells it '
     'with a registration update at once.'),
    (r'S > M CON, GET, /5/0/3', 'It observes State and Update Result: both are 0, idle.'),
    (r'S > M CON, GET, /3/0/3', 'It reads the version of the firmware.'),
    (r'S > M CON, PUT, /5/0/1', 'It writes the URI of the package. That begins the update: State is 1, downloading, '
     'and whoever observes it is told.'),
    (r'M > C GET', 'The module fetches the package.'),
    (r'M > S CON, 2\.05 .*\[2\]', 'The package is stored: State 2, downloaded.'),
    (r'S > M CON, POST, /5/0/2', 'The server executes the update: State 3. The module starts anew, checks the package '
     'and installs it; nobody answers meanwhile.'),
    (r'again: M > S CON, POST, /rd\?', 'The new firmware runs, and registers.'),
    (r'S > M CON, GET, .*again', 'State and Update Result are observed again: 0 and 1, updated.'),
]


def capture(world):
    server = world.update_server(world.uri(), 3600)
    content = world.content_server()
    module = world.module('lara-r6-01b', '--lwm2m', 'coap://127.0.0.1:%d' % world.coap)
    shark = world.add('tshark', [
        find('tshark'), '-l', '-i', 'lo', '-f', 'udp port %d or tcp port %d' % (world.coap, world.ports[0]),
        '-d', 'udp.port==%d,coap' % world.coap, '-d', 'tcp.port==%d,http' % world.ports[0],
        '-Y', 'coap || http', '-T', 'fields', '-E', 'separator=|', '-e', 'udp.srcport', '-e', 'udp.dstport',
        '-e', 'tcp.srcport', '-e', '_ws.col.Info', '-e', 'udp.payload', '-e', 'coap.opt.observe'])
    start_in(world, content, server, shark)
    server.wait_for('^listening')
    shark.wait_for('Capturing on')
    time.sleep(1)
    start_in(world, module)
    server.wait_for('^done 1')
    time.sleep(1)
    shark.kill()
    return [line for line in shark.said().splitlines() if line.count('|') >= 5]


def payload(data):
    """What follows the options of a CoAP message (RFC 7252, 3), if it can be read."""
    message = bytes.fromhex(data)
    at = 4 + (message[0] & 15) if message else 0
    while at < len(message) and message[at] != 0xFF:
        sizes = message[at] >> 4, message[at] & 15
        extra = [{13: 1, 14: 2}.get(size, 0) for size in sizes]
        size = sizes[1]
        if extra[1]:
            size = int.from_bytes(message[at + 1 + extra[0]:at + 1 + sum(extra)], 'big') + (13, 269)[extra[1] - 1]
        at += 1 + sum(extra) + size
    text = message[at + 1:].decode(errors='replace')
    return ' [%s]' % text if text else ''


def shown(world, line, modules):
    """One line as the page has it; None: the server talks to itself (it is its own proxy)."""
    udp, to, tcp, info, data, observe = line.split('|')[:6]
    if '/rd?' in info:
        modules.add(udp)
    if 'Retransmission' in info:
        return None
    if tcp:
        who = 'C > M' if int(tcp) == world.ports[0] else 'M > C'
    elif udp in modules:
        who = 'M > S'
    elif to in modules:
        who = 'S > M'
    else:
        return None
    info = re.sub(r', (MID:\d+|TKN:[0-9a-f ]+)', '', info).strip(' ,')
    for pattern, name in ((r'urn:imei:\d+', 'urn:imei:IMEI'), (r'rd/\d+', 'rd/1')):
        info = re.sub(pattern, name, info)
    text = re.sub(r'127\.0\.0\.1:\d+', 'HOST', payload(data))
    return '%s %s%s%s' % (who, info, text, ', observe' if observe else '')


def lines_of(world, raw):
    """Polling is shown once: a line that was there already, unless the module has registered anew."""
    seen, lines, modules = set(), [], set()
    for one in raw:
        line = shown(world, one, modules)
        if line is None:
            continue
        if '/rd?' in line and any('/rd?' in other for other in lines):
            seen = set()
        if line not in seen:
            lines.append(line)
        seen.add(line)
    return lines


def page(lines):
    text, steps, times = HEAD, list(STEPS), 0
    block = []

    def flush():
        nonlocal text, block
        if block:
            text += '\n' + '\n'.join('    ' + one for one in block) + '\n'
        block = []

    for line in lines:
        times += '/rd?' in line
        name = ('again: ' if times > 1 else '') + line + (' again' if times > 1 else '')
        for i, (pattern, comment) in enumerate(steps):
            if re.search(pattern, name) and not (pattern.startswith('S > M CON, GET, .*again') and times < 2):
                flush()
                text += '\n' + comment + '\n'
                del steps[i]
                break
        block.append(line)
    flush()
    if steps:
        raise Failure('these steps were not seen: %s' % [pattern for pattern, _ in steps])
    return text


def wrap(text):
    """The prose at 110 columns, as the other pages."""
    out = []
    for part in text.split('\n'):
        if part.startswith('    ') or len(part) <= 110:
            out.append(part)
            continue
        line = ''
        for word in part.split():
            if len(line) + len(word) >= 110:
                out.append(line)
                line = word
            else:
                line = (line + ' ' + word).strip()
        out.append(line)
    return '\n'.join(out)


def main(program, modules, how=None):
    try:
        find('tshark')
    except Failure as failure:
        print('skipped: %s' % failure)
        return 77
    world = World(program, modules)
    try:
        world.make_packages()
        world.make_device()
        lines = lines_of(world, capture(world))
    finally:
        world.close()
    text = wrap(page(lines))
    if how == '--write':
        with open(PAGE, 'w') as file:
            file.write(text)
        return 0
    with open(PAGE) as file:
        known = set(line for line in file.read().splitlines() if line.startswith('    '))
    other = set('    ' + line for line in lines) ^ known
    # what polling finds on the way is a matter of moments
    other = [line for line in other if not re.search(r'ACK, 2\.05 .*/5/0/[35] \[\d\]$', line)]
    for line in sorted(other):
        print('only in one of page and capture: ' + line)
    return 1 if other else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
