"""A folder with a device, a package, and the programs that meet in an update: the module, a LwM2M server
made of lwm2m-node-lib, nginx. Each program can be killed and started again."""
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATIENCE = 60
SCALE = 50

NGINX = """daemon off; master_process off; pid {0}/nginx.pid; error_log {0}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; default_type application/octet-stream;
  client_body_temp_path {0}/temp; proxy_temp_path {0}/temp; fastcgi_temp_path {0}/temp;
  uwsgi_temp_path {0}/temp; scgi_temp_path {0}/temp;
  server {{
    listen 127.0.0.1:{1}; listen 127.0.0.1:{2} ssl;
    ssl_certificate {0}/ca.pem; ssl_certificate_key {0}/key.pem; root {0}/root;
    location /slow/ {{ alias {0}/root/; limit_rate {3}; }}
  }}
}}
"""


class Failure(Exception):
    pass


def find(name):
    path = shutil.which(name, path=os.environ['PATH'] + ':/usr/sbin:/sbin')
    if path is None:
        raise Failure(name + ' is not installed: sh tests/install_packages.sh test peers')
    return path


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def until(what, check, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.02)
    raise Failure('this did not happen within %d s: %s' % (patience, what))


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Program:
    """One at the far end, whose output goes to a file that is continued when it is started again."""

    def __init__(self, world, name, argv):
        self.output = os.path.join(world.folder, name + '.out')
        self.name, self.argv, self.process = name, argv, None

    def start(self):
        with open(self.output, 'ab') as out:
            self.process = subprocess.Popen(self.argv, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                            preexec_fn=die_with_parent)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def said(self):
        if not os.path.exists(self.output):
            return ''
        with open(self.output, errors='replace') as file:
            return file.read()

    def wait_for(self, pattern, patience=PATIENCE):
        def look():
            return re.search(pattern, self.said(), re.M)
        return until('%s says %s; it said:\n%s' % (self.name, pattern, self.said()[-2000:]), look, patience)


class Host:
    """At the module's TCP port: sends command lines, collects lines."""

    def __init__(self, port):
        self.socket = until('the module listens', lambda: self.connect(port))
        self.socket.settimeout(PATIENCE)
        self.text = ''

    @staticmethod
    def connect(port):
        try:
            return socket.create_connection(('127.0.0.1', port))
        except OSError:
            return None

    def until(self, line):
        """All lines up to this one."""
        while ('\n' + line + '\r\n') not in self.text:
            try:
                piece = self.socket.recv(4096).decode(errors='replace')
            except TimeoutError as gone:
                raise Failure('"%s" does not come; this did: %s' % (line, self.text)) from gone
            if not piece:
                raise Failure('the module hangs up; "%s" has not come' % line)
            self.text += piece
        seen, self.text = self.text.split('\n' + line + '\r\n', 1)
        return [one for one in seen.split('\r\n') if one.strip()] + [line]

    def command(self, text):
        time.sleep(0.2)
        self.socket.sendall((text + '\r').encode())
        return self.until('OK')


class World:
    def __init__(self, program, modules, rate=0):
        self.folder = tempfile.mkdtemp(prefix='fwdelta-peers-')
        self.program, self.modules, self.rate = os.path.abspath(program), os.path.abspath(modules), rate
        self.ports = [free_port(), free_port()]
        self.coap = free_port(socket.SOCK_DGRAM)
        self.programs = []

    def close(self):
        for one in self.programs:
            one.stop()
        shutil.rmtree(self.folder)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def run(self, *argv):
        done = subprocess.run(argv, cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure('%s: %s%s' % (' '.join(argv), done.stdout, done.stderr))
        return done.stdout

    def make_packages(self):
        images = os.path.join(SOURCE, 'samples', 'images')
        os.mkdir(self.path('root'))
        self.run(self.program, 'keygen', '-o', 'signer.pem')
        for name, more in (('update.upd', ['--from-version', '1.0.0', images + '/demo-1.0.0.bin']),
                           ('full.upd', ['--full'])):
            self.run(self.program, 'gen', *more, images + '/demo-1.1.0.bin', '--key', 'signer.pem',
                     '--to-version', '1.1.0', '--product', 'demo', '-o', 'root/' + name)

    def make_device(self, name='device'):
        shutil.rmtree(self.path(name), ignore_errors=True)
        self.run(self.program, 'device', 'create', name, '--description',
                 SOURCE + '/samples/devices/dual-slot.json', '--image',
                 'firmware=' + SOURCE + '/samples/images/demo-1.0.0.bin', '--version', '1.0.0',
                 '--trust', 'signer.pub.pem')

    def version(self, name='device'):
        return re.search(r'1\.\d\.\d', self.run(self.program, 'device', 'show', name)).group(0)

    def log(self):
        if not os.path.exists(self.path('module.log')):
            return ''
        with open(self.path('module.log')) as file:
            return file.read()

    def forget_said(self, one):
        """What a program has said up to now; the file is continued by who has it open."""
        if one.process.poll() is None or os.path.exists(one.output):
            os.truncate(one.output, 0)

    def add(self, name, argv):
        one = Program(self, name, argv)
        self.programs.append(one)
        return one

    # ---- the programs ----------------------------------------------------------------------------

    def content_server(self):
        os.makedirs(self.path('temp'), exist_ok=True)
        if not os.path.exists(self.path('ca.pem')):
            self.run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                     '-nodes', '-keyout', 'key.pem', '-out', 'ca.pem', '-days', '2', '-subj',
                     '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost')
        with open(self.path('nginx.conf'), 'w') as file:
            file.write(NGINX.format(self.folder, *self.ports, self.rate or 1000000))
        return self.add('nginx', [find('nginx'), '-p', self.folder, '-c', self.path('nginx.conf'), '-e',
                                  self.path('error.log')])

    def update_server(self, uri, lifetime=0):
        return self.add('server', [find('node'), SOURCE + '/tests/peers/update_server.js', self.modules,
                                   str(self.coap), uri, '1.1.0', str(lifetime)])

    def uri(self, secure=False, slow=False):
        host = 'https://localhost:%d' % self.ports[1] if secure else 'http://127.0.0.1:%d' % self.ports[0]
        return host + ('/slow' if slow else '') + '/update.upd'

    def module(self, family, *options, scale=SCALE):
        return self.add('module', [self.program, 'module', 'device', '--profile', family, '--time-scale',
                                   str(scale), '--log', 'module.log'] + list(options))


def start_in(world, *programs):
    before = os.getcwd()
    os.chdir(world.folder)
    for one in programs:
        one.start()
    os.chdir(before)


def main(cases, argv):
    """cases: {name: function(program, modules)}; argv: the program, the folder of modules, the names."""
    failed = 0
    for name in argv[3:] or cases:
        started = time.monotonic()
        try:
            cases[name](argv[1], argv[2])
            print('ok      %s (%.1f s)' % (name, time.monotonic() - started), flush=True)
        except Failure as failure:
            print('FAILED  %s: %s' % (name, failure), flush=True)
            failed += 1
    sys.exit(1 if failed else 0)
