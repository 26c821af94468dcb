// Draws the add-in's icons, a letter with a check mark, without any tool: `node outlook/icons/draw.mjs`.
import { writeFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";

const BLUE = [29, 92, 143];
const WHITE = [255, 255, 255];
const SAMPLES = 4;

const inBox = (x, y, [left, top, right, bottom]) => x >= left && x <= right && y >= top && y <= bottom;

// Distance from a point to a line between two points, everything in units of the icon's width.
function near(x, y, [ax, ay, bx, by], thickness) {
  const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)) <= thickness;
}

const FLAP = [
  [0.1, 0.24, 0.5, 0.56],
  [0.5, 0.56, 0.9, 0.24],
];
const CHECK = [
  [0.56, 0.74, 0.68, 0.86],
  [0.68, 0.86, 0.92, 0.56],
];

/** The colour and cover of one point of the coloured icon. */
function coloured(x, y) {
  if (CHECK.some((line) => near(x, y, line, 0.05))) return WHITE;
  if (Math.hypot(x - 0.74, y - 0.72) <= 0.25) return BLUE;
  if (Math.hypot(x - 0.74, y - 0.72) <= 0.3) return null;
  if (!inBox(x, y, [0.04, 0.18, 0.96, 0.82])) return null;
  return FLAP.some((line) => near(x, y, line, 0.035)) ? WHITE : BLUE;
}

/** White lines on nothing, as the unified manifest asks of an outline icon. */
function outline(x, y) {
  const edge = inBox(x, y, [0.04, 0.18, 0.96, 0.82]) && !inBox(x, y, [0.1, 0.24, 0.9, 0.76]);
  return edge || FLAP.some((line) => near(x, y, line, 0.035)) ? WHITE : null;
}

function pixel(draw, size, column, row) {
  const sum = [0, 0, 0, 0];
  for (let index = 0; index < SAMPLES ** 2; index += 1) {
    const x = (column + ((index % SAMPLES) + 0.5) / SAMPLES) / size;
    const y = (row + (Math.floor(index / SAMPLES) + 0.5) / SAMPLES) / size;
    const colour = draw(x, y);
    if (colour) {
      colour.forEach((value, channel) => (sum[channel] += value));
      sum[3] += 1;
    }
  }
  const covered = Math.max(1, sum[3]);
  return [
    ...sum.slice(0, 3).map((value) => Math.round(value / covered)),
    Math.round((255 * sum[3]) / SAMPLES ** 2),
  ];
}

function crc(bytes) {
  let state = 0xffffffff;
  for (const byte of bytes) {
    state ^= byte;
    for (let bit = 0; bit < 8; bit += 1) state = (state >>> 1) ^ (state & 1 ? 0xedb88320 : 0);
  }
  return (state ^ 0xffffffff) >>> 0;
}

function chunk(type, body) {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  check.writeUInt32BE(crc(typed));
  return Buffer.concat([length, typed, check]);
}

/** A PNG with 8 bits for each of red, green, blue and cover (W3C PNG, colour type 6). */
function png(draw, size) {
  const rows = Array.from({ length: size }, (_, row) => [
    0,
    ...Array.from({ length: size }, (_, column) => pixel(draw, size, column, row)).flat(),
  ]);
  const header = Buffer.from([0, 0, 0, size, 0, 0, 0, size, 8, 6, 0, 0, 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = chunk("IDAT", deflateSync(Buffer.from(rows.flat()), { level: 9 }));
  return Buffer.concat([signature, chunk("IHDR", header), pixels, chunk("IEND", Buffer.alloc(0))]);
}

const here = new URL(".", import.meta.url);
for (const size of [16, 32, 64, 80, 128])
  await writeFile(new URL(`icon-${size}.png`, here), png(coloured, size));
await writeFile(new URL("color.png", here), png(coloured, 192));
await writeFile(new URL("outline.png", here), png(outline, 32));
