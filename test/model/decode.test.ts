/** Encodings of files: byte order mark, XML declaration, or UTF-8. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { decode } from '../../engine/model/decode.js';

const text = (encoding?: string) => `<?xml version="1.0"${encoding ? ` encoding="${encoding}"` : ''}?><a>Grüße</a>`;
const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
const mark = (bytes: number[], rest: Buffer) => Buffer.concat([Buffer.from(bytes), rest]);

const files: Record<string, [Buffer, string]> = {
  'UTF-8': [Buffer.from(text('UTF-8')), text('UTF-8')],
  'UTF-8 without declaration': [Buffer.from(text()), text()],
  'UTF-8 with a byte order mark': [mark([0xef, 0xbb, 0xbf], Buffer.from(text())), text()],
  'UTF-8 whose mark is right and whose declaration is not': [
    mark([0xef, 0xbb, 0xbf], Buffer.from(text('ISO-8859-1'))),
    text('ISO-8859-1'),
  ],
  'UTF-16, little end first, with mark': [mark([0xff, 0xfe], Buffer.from(text('UTF-16'), 'utf16le')), text('UTF-16')],
  'UTF-16, big end first, with mark': [
    mark([0xfe, 0xff], swapped(Buffer.from(text('UTF-16'), 'utf16le'))),
    text('UTF-16'),
  ],
  'UTF-16, little end first, without mark': [Buffer.from(text('UTF-16'), 'utf16le'), text('UTF-16')],
  'UTF-16, big end first, without mark': [swapped(Buffer.from(text('UTF-16'), 'utf16le')), text('UTF-16')],
  'ISO-8859-1': [Buffer.from(text('ISO-8859-1'), 'latin1'), text('ISO-8859-1')],
  'windows-1252, with the euro sign': [
    mark(
      [],
      Buffer.concat([
        Buffer.from('<?xml version="1.0" encoding="windows-1252"?><a>'),
        Buffer.from([0x80]),
        Buffer.from('</a>'),
      ]),
    ),
    '<?xml version="1.0" encoding="windows-1252"?><a>€</a>',
  ],
};

for (const [name, [bytes, expected]] of Object.entries(files))
  test(`${name} is read`, () => assert.deepEqual(decode(bytes), { text: expected }));

test('bytes that are not what they say are refused with the way out', () => {
  assert.deepEqual(decode(Buffer.from(text('UTF-8'), 'latin1')), {
    failure: 'the bytes are not valid UTF-8; save the file as UTF-8, or name its encoding in the XML declaration',
  });
  assert.deepEqual(decode(Buffer.from(text('EBCDIC'))), {
    failure: 'the encoding "EBCDIC" is not read; save the file as UTF-8',
  });
  assert.deepEqual(decode(Buffer.from(text('UTF-16'))), {
    failure: 'the XML declaration says encoding "UTF-16", but the bytes are not UTF-16; save the file as UTF-8',
  });
});
