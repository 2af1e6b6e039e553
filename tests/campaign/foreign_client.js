// A device made of lwm2m-node-lib: it registers, is told where a package is, fetches it, and runs another
// version when it is told to.
//
// usage: NODE_PATH=.../node_modules node foreign_client.js PORT ENDPOINT VERSION NEW-VERSION
'use strict';

const http = require('http');
const async = require('async');
const client = require('lwm2m-node-lib').client;

const [port, endpoint, version, target] = process.argv.slice(2);
let device = null;

function set(object, resource, value, done) {
    client.registry.setResource(object, resource, value, done || (() => {}));
}

function fetch(uri) {
    set('/5/0', '5', '0');
    set('/5/0', '3', '1');
    http.get(uri, (response) => {
        let size = 0;
        response.on('data', (piece) => { size += piece.length; });
        response.on('end', () => set('/5/0', '3', response.statusCode === 200 && size > 0 ? '2' : '0'));
    }).on('error', () => { set('/5/0', '5', '4'); set('/5/0', '3', '0'); });
}

function install() {
    set('/5/0', '3', '3');
    setTimeout(() => {
        set('/3/0', '3', target);
        set('/5/0', '5', '1');
        set('/5/0', '3', '0');
        client.update(device, (error, information) => listen(error ? device : information));
    }, 200);
}

function onWrite(type, id, resource, value, done) {
    done(null);
    if (type === '5' && resource === '1' && value)
        setTimeout(() => fetch(value), 50);
}

function onExecute(type, id, resource, value, done) {
    done(null);
    if (type === '5' && resource === '2')
        setTimeout(install, 50);
}

// An update comes from another port, and the library listens there without handlers.
function listen(information) {
    device = information;
    client.setHandler(device.serverInfo, 'write', onWrite);
    client.setHandler(device.serverInfo, 'execute', onExecute);
    client.setHandler(device.serverInfo, 'read', (type, id, resource, value, done) => done(null, value));
}

client.init({
    client: {lifetime: '86400', version: '1.0', logLevel: 'FATAL', observe: {}, ipProtocol: 'udp4',
        serverProtocol: 'udp4'}
});
async.series([
    async.apply(client.registry.create, '/3/0'),
    async.apply(client.registry.create, '/5/0'),
    async.apply(client.registry.setResource, '/3/0', '3', version),
    async.apply(client.registry.setResource, '/5/0', '1', ''),
    async.apply(client.registry.setResource, '/5/0', '2', ''),
    async.apply(client.registry.setResource, '/5/0', '3', '0'),
    async.apply(client.registry.setResource, '/5/0', '5', '0'),
], () => {
    client.register('127.0.0.1', port, '', endpoint, (error, information) => {
        if (error) {
            console.error('not registered: ' + error.message);
            process.exit(1);
        }
        listen(information);
    });
});
