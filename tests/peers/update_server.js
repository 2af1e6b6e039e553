/* An update server made of lwm2m-node-lib: brings each client that registers from whatever it runs to the
 * version of a package, and says what it knows of it, one line each.
 *
 *     node update_server.js MODULES PORT PACKAGE-URI VERSION LIFETIME
 *
 * MODULES: the folder node_modules that holds the library. It remembers nothing: after a restart the
 * client registers again, and its resources say how far it is. LIFETIME: seconds that it gives to the
 * registration, so that a restarted server is found soon; 0: as it is.
 *
 *     listening                       it can be started from now on
 *     registered NAME
 *     state N | result N              as notified, or read
 *     done 1                          the version runs, and 5/0/5 says so
 *     failed N                        it does not, for the reason N
 */
'use strict';

const [modules, port, uri, version, lifetime] = process.argv.slice(2);
const lib = require(modules + '/lwm2m-node-lib').server;

const PAUSE_MS = 100;
const FINISHED = {};

function say(text) {
    process.stdout.write(text + '\n');
}

function later(step) {
    setTimeout(step, PAUSE_MS);
}

/* One after the other, again while the client does not answer. */
function persist(device, operation, done) {
    operation(function (error, value) {
        if (current !== device)
            return; /* it has registered anew: somebody else asks now */
        if (error)
            later(() => persist(device, operation, done));
        else
            done(value);
    });
}

let current = null;

function finish(id, line) {
    say(line);
    FINISHED[id] = line;
}

function once(operation) {
    return operation(function () {});
}

/* What State and Update Result ask for. */
function act(id) {
    const ask = (object, resource, done) =>
        persist(id, (callback) => lib.read(id, object, 0, resource, callback), done);

    ask(3, 3, (runs) => ask(5, 3, (state) => ask(5, 5, (result) => {
        say('state ' + state);
        say('result ' + result);
        if (runs === version && state === '0')
            finish(id, 'done ' + result);
        else if (state === '0' && result !== '0')
            finish(id, 'failed ' + result);
        else if (state === '0')
            once((callback) => lib.write(id, 5, 0, 1, uri, callback));
        else if (state === '2')
            once((callback) => lib.execute(id, 5, 0, 2, '', callback));
        if (FINISHED[id] === undefined)
            setTimeout(() => current === id && act(id), 5 * PAUSE_MS);
    })));
}

function notified(value, object, instance, resource) {
    say((resource === '3' || resource === 3 ? 'state ' : 'result ') + value);
}

function serve(id, account) {
    current = id;
    delete FINISHED[id];
    if (lifetime !== '0' && account !== null)
        once((callback) => lib.write(id, 1, account[1], 1, lifetime, callback));
    lib.observe(id, 5, 0, 3, notified, () => lib.observe(id, 5, 0, 5, notified, () => act(id)));
}

lib.start({
    port: Number(port),
    lifetimeCheckInterval: 1000,
    udpWindow: 100,
    defaultType: 'Device',
    types: [],
    logLevel: 'FATAL',
    ipProtocol: 'udp4',
    serverProtocol: 'udp4',
    formats: [{name: 'application-vnd-oma-lwm2m/text', value: 1541}],
    writeFormat: 'application-vnd-oma-lwm2m/text',
    defaultAcceptFormat: 'text/plain'
}, function (error, info) {
    if (error) {
        say('cannot listen: ' + error);
        process.exit(1);
    }
    lib.setHandler(info, 'registration', function (name, life, protocol, binding, payload, callback) {
        say('registered ' + name);
        lib.getDevice(name, (unknown, device) => {
            if (device)
                later(() => serve(device.id, /<\/1\/(\d+)>/.exec(payload)));
        });
        callback();
    });
    /* its last argument wants to be called */
    for (const kind of ['unregistration', 'updateRegistration'])
        lib.setHandler(info, kind, (...args) => args[args.length - 1]());
    say('listening');
});
