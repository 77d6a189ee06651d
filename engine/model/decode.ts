/** Bytes of an XML file → text: byte order mark first, then the XML declaration, else UTF-8 (XML 1.0, appendix F). */

/** The text of an XML file, or one sentence that says why it cannot be read. */
export type Decoded = { text: string } | { failure: string };

/** Encodings that are read, by the names that XML declarations use for them. */
const encodings: Record<string, string> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'utf-16': 'utf-16',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  'iso-8859-1': 'iso-8859-1',
  latin1: 'iso-8859-1',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
};

const marks: [number[], string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** First bytes of `<?` without a byte order mark. */
const openings: [number[], string][] = [
  [[0x3c, 0x00], 'utf-16le'],
  [[0x00, 0x3c], 'utf-16be'],
];

/**
 * Decodes UTF-8, UTF-16 (both byte orders), ISO-8859-1 and windows-1252, with or without byte order mark.
 *
 * @example
 * decode(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>Gr\xfc\xdfe</a>', 'latin1'))
 * // { text: '<?xml …?><a>Grüße</a>' }
 */
export function decode(bytes: Uint8Array): Decoded {
  const marked = marks.find(([mark]) => startsWith(bytes, mark))?.[1];
  const wide = marked ?? openings.find(([opening]) => startsWith(bytes, opening))?.[1];
  if (wide) return decodeAs(bytes, wide);
  const declared = declaredEncoding(bytes);
  if (declared === undefined) return decodeAs(bytes, 'utf-8');
  const encoding = encodings[declared.toLowerCase()];
  if (encoding === undefined || encoding.startsWith('utf-16'))
    return {
      failure: encoding
        ? `the XML declaration says encoding "${declared}", but the bytes are not UTF-16; save the file as UTF-8`
        : `the encoding "${declared}" is not read; save the file as UTF-8`,
    };
  return decodeAs(bytes, encoding);
}

const startsWith = (bytes: Uint8Array, prefix: number[]) => prefix.every((byte, index) => bytes[index] === byte);

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 256)).toString('latin1');
  return /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)["']/.exec(head)?.[1];
}

/** What windows-1252 has at 0x80–0x9f, where ISO-8859-1 has control characters. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Encodings of one byte per character; TextDecoder takes the two for one, and which one depends on the version of Node. */
const singleByte: Record<string, (text: string) => string> = {
  'iso-8859-1': text => text,
  'windows-1252': text => text.replace(/[\u0080-\u009f]/g, character => windows1252[character.charCodeAt(0) - 0x80]!),
};

function decodeAs(bytes: Uint8Array, encoding: string): Decoded {
  const finish = singleByte[encoding];
  if (finish) return { text: finish(Buffer.from(bytes).toString('latin1')) };
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return {
      failure: `the bytes are not valid ${encoding.toUpperCase()}; save the file as UTF-8, or name its encoding in the XML declaration`,
    };
  }
}
