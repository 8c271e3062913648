// The table of `quota_table --json` as a picture (SVG):
//   build/release/bin/quota_table tools/quota/scenarios --json | node tools/bench.d/quota_picture.mjs >docs/quota.svg
//
// A line for each case, with ours and the usual ways beneath each other: to the left how much of the quota was
// in use, to the right how much of what was sent was refused. Either alone can be had for nothing.
import {readFileSync} from 'node:fs';

const ways = [
    ['batchmill', 'Batchmill', '#1a7f5a'],
    ['backoff', 'backoff with jitter', '#c9a227'],
    ['retry_after', 'Retry-After', '#c8643c'],
    ['split_bucket', 'split bucket', '#7a7f87'],
];
const bar = 5;
const gap = 10;
const names = 330;
const panel = 250;
const between = 30;
const head = 62;

const {rows} = JSON.parse(readFileSync(0, 'utf8'));
if (!rows?.length) throw new Error('no rows: give it what quota_table --json prints');

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const width = names + 2 * panel + between + 40;
const step = ways.length * bar + gap;
const height = head + rows.length * step + 20;
const left = names;
const right = names + panel + between;
const out = [];

const text = (x, y, what, more = '') => out.push(`<text x="${x}" y="${y}" ${more}>${escape(what)}</text>`);
const box = (x, y, length, color) =>
    out.push(`<rect x="${x}" y="${y}" width="${Math.max(0.5, length).toFixed(1)}" height="${bar - 1}" fill="${color}"/>`);

out.push(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`);
ways.forEach(([, label, color], i) => {
    out.push(`<rect x="${left + i * 135}" y="10" width="10" height="10" fill="${color}"/>`);
    text(left + 15 + i * 135, 19, label);
});
text(left, 42, 'quota in use', 'font-weight="bold"');
text(right, 42, 'calls refused', 'font-weight="bold"');
for (const at of [left, right])
    for (const percent of [0, 50, 100]) {
        const x = at + panel * percent / 100;
        out.push(`<line x1="${x}" y1="${head - 6}" x2="${x}" y2="${height - 14}" stroke="#dddddd"/>`);
        text(x, head - 9, `${percent} %`, 'text-anchor="middle" font-size="9" fill="#666666"');
    }

rows.forEach((row, i) => {
    const y = head + i * step;
    text(names - 10, y + step / 2 - 1, row.case.replace(/^B\d+ /, '').replace(/, steady$/, ''), 'text-anchor="end"');
    ways.forEach(([name, , color], k) => {
        const pair = name === 'batchmill' ? row : row.baselines[name];
        if (!pair) return; // the usual ways know one deployment
        // A provisioned deployment that gives tokens back can be used to more than the whole.
        box(left, y + k * bar, panel * Math.min(1.06, pair.use), color);
        box(right, y + k * bar, panel * pair.refused, color);
    });
});
out.push('</svg>', '');
process.stdout.write(out.join('\n'));
