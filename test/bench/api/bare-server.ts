import { readFile } from 'node:fs/promises';
import { Agent, createServer, get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';

/** What a picture service costs at the very least: an original, sharp, an answer. `node bare-server.ts <file or URL>` prints its port. */
const [, , original = ''] = process.argv;
const agent = new Agent({ keepAlive: true });

const server = createServer(async (_request, response) => {
  const picture = await sharp(await read(original))
    .autoOrient()
    .resize(320)
    .jpeg({ quality: 80 })
    .toBuffer();
  response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': picture.length });
  response.end(picture);
});

function read(place: string): Promise<Buffer> {
  if (!place.startsWith('http:')) return readFile(place);
  return new Promise((resolve, reject) => {
    get(place, { agent }, (answer) => resolve(buffer(answer))).on('error', reject);
  });
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});
