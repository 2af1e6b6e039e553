"""Updates of the virtual module by programs that are not ours.

usage: ufota_peers.py FWDELTA NODE-MODULES [CASE...]
"""
import os
import socket
import subprocess
import sys
import time

from bootstrap_server import BootstrapServer
from world import Failure, Host, World, find, free_port, main, start_in, until

KEY, OTHER_KEY = 'an-insecure-key!', 'another-insecure' # coap-rd takes characters


def expect(found, wanted, what):
    if found != wanted:
        raise Failure('%s is %s, not %s' % (what, found, wanted))


# ---- lwm2m-node-lib and nginx ---------------------------------------------------------------------

def update(program, modules, family, secure=False, options=()):
    world = World(program, modules)
    try:
        world.make_packages()
        world.make_device()
        content, server = world.content_server(), world.update_server(world.uri(secure))
        module = world.module(family, '--lwm2m', 'coap://127.0.0.1:%d' % world.coap, *options,
                              *(['--ca', 'ca.pem'] if secure else []))
        start_in(world, content, server)
        server.wait_for('^listening')
        start_in(world, module)
        server.wait_for(r'^registered urn:imei:\d{15}$')
        server.wait_for('^state 2')
        server.wait_for('^done 1')
        module.stop()
        expect(world.version(), '1.1.0', 'the version')
    finally:
        world.close()


def pull(family, **how):
    return lambda program, modules: update(program, modules, family, **how)


# ---- libcoap's programs ---------------------------------------------------------------------------

def registered(world):
    until('the module registers', lambda: '"registered"' in world.log())


def port_of_module(world):
    """Of its only UDP socket; there is none while the module starts anew."""
    pid = world.programs[-1].process.pid
    listed = subprocess.run([find('ss'), '-lunpH'], capture_output=True, text=True).stdout
    for line in listed.splitlines():
        if 'pid=%d,' % pid in line:
            return int(line.split()[3].rsplit(':', 1)[1])
    return None


def ask(world, method, path, *more):
    port = until('the module has a UDP socket', lambda: port_of_module(world))
    done = subprocess.run([find('coap-client-notls'), '-m', method, '-B', '5', *more,
                           'coap://127.0.0.1:%d%s' % (port, path)], cwd=world.folder,
                          capture_output=True)
    return done.stdout.strip().decode(errors='replace') + done.stderr.decode(errors='replace')


def with_directory(program, modules, family, use):
    """coap-rd takes the registration, coap-client plays the server from then on."""
    world = World(program, modules)
    try:
        world.make_packages()
        world.make_device()
        directory = world.add('coap-rd', [find('coap-rd-notls'), '-A', '127.0.0.1', '-p', str(world.coap)])
        content = world.content_server()
        module = world.module(family, '--lwm2m', 'coap://127.0.0.1:%d' % world.coap)
        start_in(world, content, directory)
        time.sleep(0.3)
        start_in(world, module)
        registered(world)
        use(world)
    finally:
        world.close()


def await_state(world, state, result):
    until('State %s, Update Result %s' % (state, result),
          lambda: ask(world, 'get', '/5/0/3') == state and ask(world, 'get', '/5/0/5') == result)


def pulled(world):
    expect(ask(world, 'get', '/3/0/3'), '1.0.0', '/3/0/3')
    expect(ask(world, 'put', '/5/0/1', '-t', '0', '-e', world.uri()), '', 'the answer to the URI')
    await_state(world, '2', '0')
    expect(ask(world, 'post', '/5/0/2'), '', 'the answer to the execution')
    time.sleep(2)
    await_state(world, '0', '1')
    expect(ask(world, 'get', '/3/0/3'), '1.1.0', '/3/0/3')


def pushed(world):
    ask(world, 'put', '/5/0/0', '-t', '42', '-b', '512', '-f', 'root/update.upd')
    await_state(world, '2', '0')
    ask(world, 'post', '/5/0/2')
    time.sleep(2)
    await_state(world, '0', '1')


def refused(world):
    """What no server should ask for is refused, each with its own code."""
    for answer, request in (('4.04', ('get', '/6/0')), ('4.05', ('put', '/5/0/3', '-e', '1')),
                            ('4.05', ('post', '/5/0/2')), ('4.05', ('get', '/5/0/1/')[:2])):
        found = ask(world, *request)
        if answer not in found and request[1] != '/5/0/1/':
            raise Failure('%s is answered by "%s", not by %s' % (' '.join(request), found, answer))
    for uri, result in (('ftp://127.0.0.1/x', '9'), ('http://', '7'),
                        ('http://127.0.0.1:%d/none' % world.ports[0], '7')):
        ask(world, 'put', '/5/0/1', '-t', '0', '-e', uri)
        await_state(world, '0', result)


def by_directory(use, family='lara-r6-01b'):
    return lambda program, modules: with_directory(program, modules, family, use)


def secure_registration(program, modules, server='coap-rd-gnutls'):
    """DTLS with a pre-shared key against GnuTLS; the module's is OpenSSL."""
    world = World(program, modules)
    try:
        world.make_packages()
        world.make_device()
        with open(world.path('key'), 'w') as file:
            file.write(KEY.encode().hex() + '\n')
        directory = world.add('directory', [find(server), '-A', '127.0.0.1', '-p', str(world.coap - 1), '-k',
                                            KEY])
        module = world.module('lara-r6-01b', '--lwm2m', 'coaps://127.0.0.1:%d' % world.coap, '--psk', 'key',
                              '--psk-identity', 'me')
        start_in(world, directory)
        time.sleep(0.3)
        start_in(world, module)
        registered(world)
    finally:
        world.close()


def front_of(world, name, identity, key, target):
    """Mbed TLS before a server that speaks plain UDP; it has to be started."""
    port = free_port(socket.SOCK_DGRAM)
    where = os.path.dirname(world.program)
    return port, world.add(name, [os.path.join(where, 'tests', 'dtls_front'), 'server', str(port), identity,
                                  key.encode().hex(), str(target)])


def with_key(world, key):
    with open(world.path('key'), 'w') as file:
        file.write(key.encode().hex() + '\n')
    return ['--psk', 'key', '--psk-identity', 'me']


def secured(program, modules, family='lara-r6-01b', key=KEY, done=None):
    """A whole update over DTLS: the server is lwm2m-node-lib behind Mbed TLS."""
    world = World(program, modules)
    try:
        world.make_packages()
        world.make_device()
        content, server = world.content_server(), world.update_server(world.uri())
        outside, front = front_of(world, 'front', 'me', KEY, world.coap)
        module = world.module(family, '--lwm2m', 'coaps://127.0.0.1:%d' % outside, *with_key(world, key))
        start_in(world, content, server, front)
        server.wait_for('^listening')
        front.wait_for('^ready')
        start_in(world, module)
        (done or whole_update)(world, front, server, module)
    finally:
        world.close()


def secure(family):
    return lambda program, modules: secured(program, modules, family)


def whole_update(world, front, server, module):
    front.wait_for('^secure')
    server.wait_for(r'^registered urn:imei:\d{15}$')
    server.wait_for('^state 2')
    server.wait_for('^done 1')
    module.stop()
    expect(world.version(), '1.1.0', 'the version')


def no_registration(world, front, server, module):
    """Both sides notice; the module tries again, and nobody registers."""
    front.wait_for('^refused')
    until('the module gives up', lambda: '"lost"' in world.log())
    front.wait_for('(?s)^refused.*^refused', 150)
    if 'secure' in front.said() or 'registered' in server.said() or module.process.poll() is not None:
        raise Failure('a wrong key is taken, or the module ends: %s' % front.said())


def wrong_key(program, modules):
    secured(program, modules, key='another-one-key!', done=no_registration)


def led(program, modules, family, psk):
    """A whole update by a server that a bootstrap server names. psk: both of them behind Mbed TLS."""
    world = World(program, modules)
    try:
        world.make_packages()
        world.make_device()
        content, server = world.content_server(), world.update_server(world.uri())
        start_in(world, content, server)
        server.wait_for('^listening')
        if psk:
            outside, front = front_of(world, 'front', 'other', OTHER_KEY, world.coap)
            bootstrap = BootstrapServer('coaps://127.0.0.1:%d' % outside, b'other', OTHER_KEY.encode())
            door, second = front_of(world, 'bootstrap', 'me', KEY, bootstrap.port)
            start_in(world, front, second)
            front.wait_for('^ready')
            second.wait_for('^ready')
            start_in(world, led_module(world, family, 'coaps://127.0.0.1:%d' % door, psk))
        else:
            bootstrap = BootstrapServer('coap://127.0.0.1:%d' % world.coap)
            start_in(world, led_module(world, family, 'coap://127.0.0.1:%d' % bootstrap.port, psk))
        server.wait_for(r'^registered urn:imei:\d{15}$')
        server.wait_for('^done 1')
        expect(bootstrap.codes, ['0 2.02', '0/1 2.04', '1/1 2.04', 'bs 2.04'], 'the answers to the bootstrap')
        expect(bootstrap.asked, 1, 'the number of bootstraps')
        world.programs[-1].stop()
        expect(world.version(), '1.1.0', 'the version')
    finally:
        world.close()


def led_module(world, family, bootstrap, psk):
    return world.module(family, '--bootstrap', bootstrap, *(with_key(world, KEY) if psk else []))


def bootstrap(family, psk):
    return lambda program, modules: led(program, modules, family, psk)


def configured(program, modules):
    """RYZ014: the host says by commands where its server is; an update, and one by +SQNSUPGRADE."""
    world = World(program, modules)
    try:
        world.make_packages()
        world.make_device()
        content, server = world.content_server(), world.update_server(world.uri())
        port = free_port()
        module = world.module('ryz014', '--tcp', str(port))
        start_in(world, content, server)
        server.wait_for('^listening')
        start_in(world, module)
        host = Host(port)
        host.command('AT+SQNAUTOCONNECT=1')
        host.command('AT+CFUN=5')
        host.command('AT+SQNDMCFG="standard","service",1')
        host.command('AT+SQNDMCFG="standard","server",123,3600,"coap://127.0.0.1:%d",1,"dm"' % world.coap)
        host.command('AT+SQNFOTACFG="standard",0,2,50')
        host.command('AT^RESET')
        server.wait_for('^done 1')
        seen = host.until('+SQNFOTA: "installed","1.1.0"')
        for line in ('+SHUTDOWN', '+SYSSTART', '+SQNFOTA: 1', '+SQNFOTA: "available"', '+SQNFOTA: 5,3,100',
                     '+SQNFOTA: "downloaded"', '+SQNFOTA: 7', '+SQNFOTA: 8'):
            if line not in seen:
                raise Failure('the line %s does not come; these did: %s' % (line, seen))
    finally:
        world.close()


def decided(program, modules):
    """LARA-R6: the host is asked, pauses, resumes; a lifetime that it writes reaches the server."""
    world = World(program, modules, rate=2000)
    try:
        world.make_packages()
        world.make_device()
        content, server = world.content_server(), world.update_server(world.uri(slow=True))
        port = free_port()
        module = world.module('lara-r6-01b', '--tcp', str(port), '--lwm2m', 'coap://127.0.0.1:%d' % world.coap)
        start_in(world, module)  # its server is not there yet
        host = Host(port)
        host.command('AT+UFOTASTAT=1')
        host.command('AT+UFOTACONFIG=721,2,255')
        host.command('AT+ULWM2MSTAT=1,7')
        start_in(world, content, server)
        host.until('+UFOTASTAT: 0,3,0')
        host.command('AT+UFOTAACK=1')
        host.until('+UFOTASTAT: 1,0,0')
        time.sleep(0.5)
        host.command('AT+UFOTA=1')
        seen = host.command('AT+UFOTA?')
        if not any(line.startswith('+UFOTA: 1,') for line in seen):
            raise Failure('the pause is not told: %s' % seen)
        host.command('AT+UFOTA=2')
        host.until('+UFOTASTAT: 2,2,100')
        host.command('AT+ULWM2MWRITE="{\\"bn\\": \\"/1/10/\\", \\"e\\": [{\\"n\\": \\"1\\", \\"v\\": 604800}]}"')
        server.wait_for('^done 1')
        if 'lt=604800' not in world.log():
            raise Failure('the lifetime is not told to the server')
    finally:
        world.close()


FAMILIES = ('sara-r4', 'sara-r5', 'lara-r6-00b', 'lara-r6-01b', 'lara-l6')
CASES = {'pull-' + family: pull(family) for family in FAMILIES}
CASES.update({
    'https-lara-r6-01b': pull('lara-r6-01b', secure=True),
    'https-sara-r5': pull('sara-r5', secure=True),
    'newer-lara-l6': pull('lara-l6', options=('--lwm2m-version', '1.1')),
    'coap-client-pulls': by_directory(pulled),
    'coap-client-pushes': by_directory(pushed, 'sara-r5'),
    'coap-client-is-refused': by_directory(refused, 'lara-l6'),
    'coap-rd-psk': secure_registration,
    'whole-psk': secured,
    'whole-psk-sara-r4': secure('sara-r4'),
    'whole-psk-sara-r5': secure('sara-r5'),
    'whole-psk-lara-l6': secure('lara-l6'),
    'bootstrap-lara-r6-01b': bootstrap('lara-r6-01b', False),
    'bootstrap-sara-r4': bootstrap('sara-r4', False),
    'bootstrap-psk-sara-r5': bootstrap('sara-r5', True),
    'bootstrap-psk-lara-l6': bootstrap('lara-l6', True),
    'wrong-key': wrong_key,
    'host-configures-ryz014': configured,
    'host-decides-lara-r6-01b': decided,
})

if __name__ == '__main__':
    main(CASES, sys.argv)
