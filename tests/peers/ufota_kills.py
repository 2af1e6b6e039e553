"""kill -9 of one of the programs that meet in an update, at a random moment; it is started again soon after.
In the end the new version runs and the server knows (5/0/5 is 1), or the old one runs and the server knows
why.

usage: ufota_kills.py FWDELTA NODE-MODULES module|server|nginx [COUNT [SEED]]

Each moment has a seed of its own, which is printed: COUNT 1 and that SEED repeat it.
"""
import random
import re
import sys
import time

from world import Failure, World, start_in

RATE = 2500  # bytes per second: the download takes longer than anything else
LONGEST = 5.0  # seconds that an update takes without kills
LIFETIME = 600  # virtual seconds: so often the module looks whether its server is still there
FAMILIES = ('lara-r6-01b', 'sara-r5', 'sara-r4', 'lara-l6')


def finish(server, module, version_of):
    """The server's last word, and the version that runs."""
    server.wait_for(r'^(done|failed) \d+$', 120)
    module.stop()
    server.stop()
    last = re.findall(r'^(done|failed) (\d+)$', server.said(), re.M)[-1]
    version = version_of()
    if (version, *last) != ('1.1.0', 'done', '1') and (version != '1.0.0' or last[0] != 'failed'):
        raise Failure('%s runs, and the server says %s %s' % (version, *last))
    return version, last


def run(program, modules, who, seed):
    chance = random.Random('%s %d' % (who, seed))
    family = chance.choice(FAMILIES)
    moment, pause = chance.uniform(0, LONGEST), chance.uniform(0, 1.5)
    world = World(program, modules, RATE)
    try:
        world.make_packages()
        world.make_device()
        # a server that is killed before it has set the lifetime is found as soon as one that has
        with open(world.path('device', 'module.json'), 'w') as file:
            file.write('{"lifetime": %d}' % LIFETIME)
        nginx, server = world.content_server(), world.update_server(world.uri(slow=True), LIFETIME)
        module = world.module(family, '--lwm2m', 'coap://127.0.0.1:%d' % world.coap)
        victim = {'module': module, 'server': server, 'nginx': nginx}[who]
        start_in(world, nginx, server)
        server.wait_for('^listening')
        start_in(world, module)
        time.sleep(moment)
        victim.kill()
        if victim is not nginx:  # the module registers again, and the server says what it finds
            world.forget_said(server)
        time.sleep(pause)
        start_in(world, victim)
        version, last = finish(server, module, world.version)
        print('%s %d: %s, killed after %.3f s, away for %.3f s: %s runs, %s %s' % (
            who, seed, family, moment, pause, version, *last), flush=True)
        return version
    except Failure as failure:
        raise Failure('%s %d (%s, killed after %.3f s, away for %.3f s): %s\n%s' % (
            who, seed, family, moment, pause, failure, world.log()[-3000:]))
    finally:
        world.close()


def main(program, modules, who, count='5', seed=None):
    first = int(seed) if seed is not None else random.randrange(1000000)
    versions = []
    for i in range(int(count)):
        try:
            versions.append(run(program, modules, who, first + i))
        except Failure as failure:
            print('FAILED ' + str(failure), flush=True)
            versions.append(None)
    print('%s: %d new, %d old, %d failed' % (
        who, versions.count('1.1.0'), versions.count('1.0.0'), versions.count(None)))
    return 1 if None in versions else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
