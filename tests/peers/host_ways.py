"""The sample host applications with every profile that speaks AT, by every way that it has for a package:
each updates its module, and neither log breaks a rule of the modules' documents. Real servers on loopback:
nginx, vsftpd, lwm2m-node-lib, and `fwdelta module sms-center` for Telit's.

usage: host_ways.py FWDELTA NODE-MODULES [PROFILE-WAY...]
"""
import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import threading
import time

from world import SOURCE, Failure, Host, Program, World, die_with_parent, find, free_port, start_in, until

SCALE = 200
AT_ONCE = 6

FILES = ['raw', 'xmodem', 'xmodem-1k']
# What each profile has; any other profile that speaks AT, and any command of a way that is not here, is a failure.
WAYS = {
    'sara-r4': FILES + ['ftp', 'server'],
    'sara-r410m-02b-00': FILES + ['ftp', 'server'],
    'lara-r6-00b': FILES + ['ftp', 'http', 'https', 'server'],
    'lara-r6-01b': FILES + ['ftp', 'http', 'https', 'server'],
    'lara-r6001d-00b': FILES + ['ftp', 'http', 'https', 'server'],
    'lara-r6004d-00b': FILES + ['ftp', 'http', 'https', 'server'],
    'lara-l6': FILES + ['server'],
    'sara-r5': FILES + ['ftp', 'http', 'https', 'server'],
    'telit-pfm': ['sms', 'combined', 'tcp'],
    'ryz014': ['ftp', 'http', 'https', 'server'],
}
# The command that only a module with such a way has.
COMMANDS = {'raw': '+UDWNFILE', 'xmodem': '+UFWUPD', 'ftp': '+UFTPC', 'http': '+UHTTPC', 'server': '+ULWM2MSTAT',
            'sms': '#OTASNAP', 'combined': '#OTASNAPIP', 'tcp': '#OTAIPUPD'}

VSFTPD = """listen=YES
background=NO
listen_address=127.0.0.1
listen_port={1}
run_as_launching_user=YES
anonymous_enable=YES
local_enable=NO
secure_email_list_enable=YES
email_password_file={0}/passwords
anon_root={0}/root
secure_chroot_dir={0}/empty
seccomp_sandbox=NO
isolate=NO
isolate_network=NO
allow_writeable_chroot=YES
xferlog_enable=NO
"""


# ---- what all share -------------------------------------------------------------------------------

def compile_hosts(world):
    flags = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-D_XOPEN_SOURCE=700', '-D_DEFAULT_SOURCE',
             '-I' + SOURCE + '/samples/host']
    host = SOURCE + '/samples/host/'
    common = sorted(host + name for name in os.listdir(host) if name.endswith('.c'))
    for name, sources in (('update_host', common), ('ota_host', [host + 'telit/ota_host.c', host + 'host_link.c']),
                          ('upgrade_host', [host + 'sequans/upgrade_host.c', host + 'host_link.c'])):
        world.run('cc', *flags, '-o', name, *sources)


def ftp_server(world):
    os.mkdir(world.path('empty'))
    with open(world.path('passwords'), 'w') as file:
        file.write('secret\n')
    world.ftp = free_port()
    with open(world.path('vsftpd.conf'), 'w') as file:
        file.write(VSFTPD.format(world.folder, world.ftp))
    return world.add('vsftpd', [find('vsftpd'), world.path('vsftpd.conf')])


class Center:
    """The update server of Telit modules, whose operator this program is."""

    def __init__(self, world):
        self.port = free_port()
        self.lock = threading.Lock()
        self.said = world.path('center.out')
        with open(self.said, 'wb') as out:
            self.process = subprocess.Popen([world.program, 'module', 'sms-center', 'center.json', '--listen',
                                             str(self.port)], cwd=world.folder, stdin=subprocess.PIPE, stdout=out,
                                            stderr=out, preexec_fn=die_with_parent)
        until('the centre serves', lambda: 'serving at' in read(self.said))

    def order(self, text):
        with self.lock:
            self.process.stdin.write((text + '\n').encode())
            self.process.stdin.flush()

    def stop(self):
        self.process.kill()
        self.process.wait()


def read(path):
    if not os.path.exists(path):
        return ''
    with open(path, errors='replace') as file:
        return file.read()


# ---- one module and its host ----------------------------------------------------------------------

class Case:
    def __init__(self, world, center, profile, way):
        self.world, self.center, self.profile, self.way = world, center, profile, way
        self.name = profile + '-' + way
        self.tty = world.path(self.name, 'tty')
        self.log, self.host_log = world.path(self.name + '.json'), world.path(self.name + '.log')
        self.programs = []

    def module(self):
        world = self.world
        world.make_device(self.name)
        options = ['--ca', 'ca.pem', '--tcp', str(self.tcp)]
        if self.profile == 'telit-pfm':
            options += ['--sms-center', '127.0.0.1:%d' % self.center.port, '--sim', self.sim()]
        elif self.way == 'server' and self.profile != 'ryz014':
            options += ['--lwm2m', 'coap://127.0.0.1:%d' % self.coap]
        module = Program(world, self.name + '.module',
                         [world.program, 'module', self.name, '--profile', self.profile, '--time-scale',
                          str(50 if self.profile in ('telit-pfm', 'ryz014') or self.way == 'server' else SCALE),
                          '--log', self.log] + options)
        self.programs.append(module)
        start(world, module)
        until('the module is up', lambda: '"normal"' in read(self.log))

    def sim(self):
        number = '%04d' % (1000 + WAYS['telit-pfm'].index(self.way))
        return '22201560200%s,+39%s' % (number, number)

    def server(self):
        self.coap = free_port_udp()
        server = Program(self.world, self.name + '.server',
                         [find('node'), SOURCE + '/tests/peers/update_server.js', self.world.modules, str(self.coap),
                          self.world.uri(), '1.1.0', '0'])
        self.programs.append(server)
        start(self.world, server)
        server.wait_for('^listening')

    def url(self):
        scheme = {'ftp': 'ftp://ftp:secret@127.0.0.1:%d' % self.world.ftp}.get(self.way)
        return scheme + '/update.upd' if scheme else self.world.uri(secure=self.way == 'https')

    def package(self):
        return 'root/update.upd' if self.way == 'raw' or self.profile.startswith('sara-r4') else 'root/full.upd'

    def host(self):
        state, rest = self.name + '.state', [self.tty, '1.1.0']
        if self.profile == 'ryz014':
            head = ['-s', 'coap://127.0.0.1:%d' % self.coap] if self.way == 'server' else [self.url()]
            return ['./upgrade_host'] + head + rest + [self.host_log]
        if self.profile == 'telit-pfm':
            head = {'sms': ['-n', '+390001'], 'combined': ['-s', '127.0.0.1', str(self.center.port)],
                    'tcp': ['-a', '-s', '127.0.0.1', str(self.center.port)]}[self.way]
            return ['./ota_host'] + head + rest + [self.host_log]
        if self.way == 'server':
            return ['./update_host', '-s'] + rest + [state, self.host_log]
        package = self.url() if self.way in ('ftp', 'http', 'https') else self.package()
        option = {'xmodem': ['-x'], 'xmodem-1k': ['-k']}.get(self.way, [])
        return ['./update_host'] + option + [self.tty, package, '1.1.0', state, self.host_log]

    def order(self):
        imei = re.search(r'"imei": "(\d+)"', read(self.world.path(self.name, 'module.json'))).group(1)
        self.center.order('update %s %s manual ftp://ftp:secret@127.0.0.1:%d/update.upd' %
                          (imei, self.way, self.world.ftp))

    def prepare_telit(self):
        """By TCP the host begins, so the order is there before it; else it comes after its registration."""
        if self.way == 'tcp':
            host = Host(self.tcp)
            host.command('AT#OTASNAP="+390001"')
            until('the registration', lambda: 'REG-ACK' in read(self.log))
            host.socket.close()
            self.order()
            until('the order', lambda: 'waiting for it to ask' in read(self.center.said))

    def run(self):
        self.tcp = free_port()
        if self.way == 'server':
            self.server()
        self.module()
        try:
            if self.profile == 'telit-pfm':
                self.prepare_telit()
            host = Program(self.world, self.name + '.host', self.host())
            self.programs.append(host)
            start(self.world, host)
            if self.profile == 'telit-pfm' and self.way != 'tcp':
                host.wait_for('Registered')
                self.order()
            host.process.wait(timeout=150)
        except subprocess.TimeoutExpired as late:
            raise Failure('the host does not end; it said: ' + host.said()) from late
        if host.process.returncode != 0 or 'now runs 1.1.0' not in host.said():
            raise Failure('the host ends with %d: %s' % (host.process.returncode, host.said()))
        self.check()

    def check(self):
        self.programs[1 if self.way == 'server' else 0].process.send_signal(signal.SIGTERM)
        self.programs[1 if self.way == 'server' else 0].process.wait()
        for log in (self.log, self.host_log):
            done = subprocess.run([self.world.program, 'module', 'log-check', log, '--profile', self.profile],
                                  capture_output=True, text=True)
            if done.returncode != 0 or 'BROKEN' in done.stdout:
                raise Failure('%s breaks a rule:\n%s%s' % (log, done.stdout, done.stderr))
        if self.world.version(self.name) != '1.1.0':
            raise Failure('1.1.0 does not run')

    def stop(self):
        for one in self.programs:
            one.stop()


# In a folder of its own: the names of devices and logs are short in what is said.
def start(world, program):
    with open(program.output, 'ab') as out:
        program.process = subprocess.Popen(program.argv, cwd=world.folder, stdout=out, stderr=out,
                                           stdin=subprocess.DEVNULL, preexec_fn=die_with_parent)


UDP = threading.Lock()


def free_port_udp():
    import socket
    with UDP:
        return free_port(socket.SOCK_DGRAM)


def run_case(case):
    started = time.monotonic()
    try:
        case.run()
        return 'ok      %s (%.1f s)' % (case.name, time.monotonic() - started), True
    except Failure as failure:
        return 'FAILED  %s: %s' % (case.name, failure), False
    finally:
        case.stop()


# ---- is a profile or a way missing in the table? ---------------------------------------------------

def profiles(world):
    done = subprocess.run([world.program, 'module', 'probe', '--profile', 'none'], cwd=world.folder,
                          capture_output=True, text=True)
    return re.search(r'there are (.*)', done.stderr).group(1).replace(' and ', ', ').split(', ')


def has_command(host, name):
    host.socket.sendall(('AT' + name + '=?\r').encode())
    return until_final(host)


def until_final(host):
    while not re.search(r'\n(OK|ERROR|\+CME ERROR.*)\r\n', host.text):
        host.text += host.socket.recv(4096).decode(errors='replace')
    good = '\nOK\r\n' in host.text
    host.text = ''
    return good


def probe(world, profile):
    """Ways of the table against the commands that there are."""
    port = free_port()
    module = Program(world, 'probe.module', [world.program, 'module', 'probe', '--profile', profile, '--time-scale',
                                             '1000', '--tcp', str(port), '--log', world.path(profile + '.probe')])
    start(world, module)
    try:
        until('the module is up', lambda: '"normal"' in read(world.path(profile + '.probe')))
        host = Host(port)
        host.command('ATE0')
        found = {way for way, name in COMMANDS.items() if has_command(host, name)}
        if has_command(host, '+SQNSUPGRADE'):
            found |= {'ftp', 'http'}
        if has_command(host, '+SQNFOTACFG'):
            found.add('server')
        wanted = {way for way in WAYS[profile] if way in COMMANDS}
        if found != wanted:
            raise Failure('%s has ways %s; this test knows %s' % (profile, sorted(found), sorted(wanted)))
    finally:
        module.stop()


def check_table(world):
    world.make_device('probe')
    known = profiles(world)
    if sorted(known) != sorted(WAYS):
        raise Failure('profiles that speak AT are %s; this test knows %s' % (sorted(known), sorted(WAYS)))
    for profile in known:
        probe(world, profile)


# ---- all ------------------------------------------------------------------------------------------

def walk(world, names):
    center = Center(world)
    cases = [Case(world, center, profile, way) for profile, ways in WAYS.items() for way in ways]
    if names:
        cases = [case for case in cases if case.name in names]
    try:
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            ends = []
            for said, good in pool.map(run_case, cases):
                print(said, flush=True)
                ends.append(good)
    finally:
        center.stop()
    return ends


def main(argv):
    world = World(argv[1], argv[2])
    try:
        world.make_packages()
        compile_hosts(world)
        start_in(world, world.content_server(), ftp_server(world))
        check_table(world)
        ends = walk(world, argv[3:])
    except Failure as failure:
        print('FAILED ', failure)
        ends = [False]
    finally:
        world.close()
    print('%d updates, %d failed' % (len(ends), ends.count(False)))
    sys.exit(0 if ends and all(ends) else 1)


if __name__ == '__main__':
    main(sys.argv)
