// What coget does in the benchmark, as one would write it with Node's own http,
// https and http2: so many requests at once over kept connections, results in
// input order, a bounded number of them ahead of the oldest.
//
// usage: fetch.mjs [--to=records|null|files] [--cacert=FILE] [--http2]
//                  [--retry] SLOTS <URLS
//
// records: NDJSON with the bodies on stdout; null: bodies are discarded; files:
// each body to a file in the working directory, named as the end of its URL.

import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        to: { type: 'string', default: 'records' },
        cacert: { type: 'string' },
        http2: { type: 'boolean' },
        retry: { type: 'boolean' },
    },
});
const slots = Number(positionals[0]);
const ca = options.cacert && readFileSync(options.cacert);
const pool = { keepAlive: true, maxSockets: slots, maxFreeSockets: slots };
const agents = {
    'http:': new http.Agent(pool),
    'https:': new https.Agent({ ...pool, ca }),
};
let session; // of HTTP/2: the one host's

// Both give [status, headers, a stream that is the body].
async function getHttp1(url) {
    const scheme = url.slice(0, url.indexOf(':') + 1);
    const request = (scheme === 'https:' ? https : http).get(url, {
        agent: agents[scheme],
    });
    const [response] = await once(request, 'response');
    return [response.statusCode, response.headers, response];
}

async function getHttp2(url) {
    const { origin, pathname } = new URL(url);
    session ??= http2.connect(origin, {
        ca,
        settings: { initialWindowSize: 1 << 24 },
    });
    const stream = session.request({ ':path': pathname });
    const [headers] = await once(stream, 'response');
    return [headers[':status'], headers, stream];
}

// Does with the body what is asked: its length, and its text in a record.
async function take(body, url, record) {
    let size = 0;
    if (options.to === 'files') {
        const file = createWriteStream(path.basename(url), {
            highWaterMark: 1 << 20,
        });
        await pipeline(body, file);
        return file.bytesWritten;
    }
    const chunks = [];
    body.on('data', (chunk) => {
        size += chunk.length;
        if (options.to === 'records') chunks.push(chunk);
    });
    await once(body, 'end');
    record.body = Buffer.concat(chunks).toString();
    return size;
}

async function attempt(record) {
    const start = performance.now();
    record.attempts++;
    try {
        const get = options.http2 ? getHttp2 : getHttp1;
        const [status, headers, body] = await get(record.input);
        record.response_code = status;
        record.content_type = headers['content-type'] ?? null;
        record.size_download = await take(body, record.input, record);
        record.outcome = status < 400 ? 'ok' : 'http_error';
    } catch (error) {
        record.outcome = 'network_error';
        record.errormsg = String(error);
    }
    record.time_total = (performance.now() - start) / 1000;
}

async function fetchOne(index, input) {
    const record = { index, input, attempts: 0 };
    await attempt(record);
    while (options.retry && record.attempts < 4 &&
        (record.outcome === 'network_error' || record.response_code >= 500)) {
        await sleep(1000);
        await attempt(record);
    }
    return record;
}

// --- so many at once, in order

let running = 0;
let wakeReader;
let failed = false;
const waiting = []; // promises of records, the oldest first
let text = '';

async function write(least) {
    if (text.length <= least) return;
    const chunk = text;
    text = '';
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
}

async function writeOldest() {
    const record = await waiting.shift();
    failed ||= record.outcome !== 'ok';
    if (options.to === 'records') text += JSON.stringify(record) + '\n';
    await write(1 << 16);
}

let index = 0;
for await (const line of createInterface({ input: process.stdin })) {
    while (running >= slots)
        await new Promise((resolve) => { wakeReader = resolve; });
    running++;
    waiting.push(fetchOne(index++, line).finally(() => {
        running--;
        wakeReader?.();
    }));
    if (waiting.length > 10 * slots) await writeOldest();
}
while (waiting.length > 0) await writeOldest();
await write(0);
session?.close();
Object.values(agents).forEach((agent) => agent.destroy());
process.exitCode = failed ? 1 : 0;
