// Files that mean harm, or are merely broken, made on the spot: bombs, liars, polyglots, programs in documents.
// Each says what a server that takes JPEG, PNG and PDF must say of it: `ACCEPTED`, or the code of the refusal; several
// where either is right.
import { crc32, deflateRawSync, deflateSync, constants } from 'node:zlib';

const MB = 1 << 20;
const bytes = (...parts) => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
const u16 = (number) => Buffer.from([number >> 8, number & 255]);
const u32 = (number) => {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(number >>> 0);
  return four;
};

/** Deflated zeros, many of them: one block again and again, so that making a bomb costs nothing. */
function zeros(count) {
  const block = deflateRawSync(Buffer.alloc(MB), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const rest = deflateRawSync(Buffer.alloc(count % MB), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const blocks = Array.from({ length: Math.floor(count / MB) }, () => block);
  // The sum of zeros (Adler-32) is known beforehand.
  return bytes(Buffer.from([0x78, 0xda]), ...blocks, rest, Buffer.from([3, 0]), u32((count % 65521) * 65536 + 1));
}

// PNG
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const chunk = (kind, data) => bytes(u32(data.length), kind, data, u32(crc32(bytes(kind, data))));
const png = (width, height, pixels, { bits = 8, colour = 2, extra = Buffer.alloc(0) } = {}) =>
  bytes(SIGNATURE, chunk('IHDR', bytes(u32(width), u32(height), Buffer.from([bits, colour, 0, 0, 0]))), extra, chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0)));
const row = bytes('\0', ...Array.from({ length: 8 }, () => '\x10\x80\x40'));
const smallPixels = deflateSync(bytes(...Array.from({ length: 8 }, () => row)));
const okPng = png(8, 8, smallPixels);
const withBit = (file, at) => bytes(file.subarray(0, at), Buffer.from([file[at] ^ 1]), file.subarray(at + 1));
const apng = bytes(
  SIGNATURE,
  chunk('IHDR', bytes(u32(1), u32(1), Buffer.from([8, 0, 0, 0, 0]))),
  chunk('acTL', bytes(u32(0xffffffff), u32(0))),
  chunk('IDAT', deflateSync(Buffer.alloc(2))),
  chunk('IEND', Buffer.alloc(0)),
);

// JPEG: grey, baseline, every block the same
function jpeg({ width = 8, height = 8, segments = Buffer.alloc(0), tail = '' } = {}) {
  const table = bytes('\xff\xdb\x00\x43\x00', Buffer.alloc(64, 1));
  const frame = bytes('\xff\xc0', u16(11), '\x08', u16(height), u16(width), '\x01\x01\x11\x00');
  const codes = (kind) => bytes('\xff\xc4', u16(20), kind, '\x01', Buffer.alloc(15), '\x00');
  const blocks = Math.min(Math.ceil(width / 8) * Math.ceil(height / 8), 4096);
  const scan = bytes('\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00', Buffer.alloc(Math.ceil((blocks * 2) / 8)));
  return bytes('\xff\xd8', segments, table, frame, codes('\x00'), codes('\x10'), scan, '\xff\xd9', tail);
}
const segment = (marker, data) => bytes('\xff', marker, u16(data.length + 2), data);

/** Exif of a phone: turned, with a camera, a place, and a description that is a script. */
function exif() {
  const le16 = (number) => Buffer.from([number & 255, number >> 8]);
  const le32 = (number) => Buffer.from(u32(number)).reverse();
  const rationals = (...pairs) => bytes(...pairs.flat().map(le32));
  const directory = (entries, at) => {
    let data = Buffer.alloc(0);
    const fields = entries.map(([tag, type, count, value]) => {
      const place = at + 2 + 12 * entries.length + 4 + data.length;
      if (value.length > 4) data = bytes(data, value, value.length % 2 ? '\0' : '');
      const held = value.length > 4 ? le32(place) : bytes(value, Buffer.alloc(4 - value.length));
      return bytes(le16(tag), le16(type), le32(count), held);
    });
    return bytes(le16(entries.length), ...fields, Buffer.alloc(4), data);
  };
  const text = (value) => [2, value.length + 1, bytes(value, '\0')];
  const main = [
    [0x010e, ...text('<img src=x onerror=alert(1)>')],
    [0x010f, ...text('Examplecam')],
    [0x0112, 3, 1, le16(6)],
    [0x0132, ...text('2026:01:02 03:04:05')],
  ];
  const size = directory([...main, [0x8825, 4, 1, le32(0)]], 8).length;
  const place = [
    [1, ...text('N')],
    [2, 5, 3, rationals([51, 1], [30, 1], [2600, 100])],
    [3, ...text('W')],
    [4, 5, 3, rationals([0, 1], [7, 1], [3900, 100])],
  ];
  return bytes('Exif\0\0II*\0', le32(8), directory([...main, [0x8825, 4, 1, le32(8 + size)]], 8), directory(place, 8 + size));
}
/** An entry that leads back to the directory it stands in. */
const loop = bytes('Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0');

// PDF
function pdf(objects, trailer = '/Root 1 0 R') {
  let file = Buffer.from('%PDF-1.7\n');
  const places = objects.map((object, index) => {
    const place = file.length;
    file = bytes(file, `${index + 1} 0 obj\n`, object, '\nendobj\n');
    return place;
  });
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} ${trailer} >>\n`;
  return bytes(file, table, `startxref\n${file.length}\n%%EOF\n`);
}
const catalog = (more = '') => `<< /Type /Catalog /Pages 2 0 R ${more} >>`;
const pages = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>';
const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>';
const acting = (entry) => pdf([catalog(entry), pages, page]);
const nested = deflateSync(zeros(256 * MB), { level: 9 });
const flateBomb = pdf([
  catalog(),
  pages,
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>',
  bytes(`<< /Length ${nested.length} /Filter [/FlateDecode /FlateDecode] >>\nstream\n`, nested, '\nendstream'),
]);
const lock = `<< /Filter /Standard /V 1 /R 2 /O (${'o'.repeat(32)}) /U (${'u'.repeat(32)}) /P -4 >>`;

// ZIP, and what comes in it
function zip(entries) {
  const le = (length, number) => {
    const out = Buffer.alloc(length);
    out.writeUIntLE(number, 0, length);
    return out;
  };
  let file = Buffer.alloc(0);
  let index = Buffer.alloc(0);
  for (const [name, data] of entries) {
    const packed = deflateRawSync(data, { level: 9 });
    const head = bytes(le(2, 20), le(2, 0), le(2, 8), le(4, 0), le(4, crc32(data)), le(4, packed.length), le(4, data.length), le(2, name.length), le(2, 0));
    index = bytes(index, 'PK\x01\x02', le(2, 20), head, le(2, 0), le(2, 0), le(2, 0), le(4, 0), le(4, file.length), name);
    file = bytes(file, 'PK\x03\x04', head, name, packed);
  }
  return bytes(file, index, 'PK\x05\x06', le(4, 0), le(2, entries.length), le(2, entries.length), le(4, index.length), le(4, file.length), le(2, 0));
}
const types = ['[Content_Types].xml', Buffer.from('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')];
const office = (name, content) => zip([types, [name, Buffer.from(content)]]);

const svg = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(document.domain)</script><image href="file:///etc/passwd"/><text>&b;</text></svg>';
const script = '<script>alert(1)</script>';
/** The test file of virus scanners, in two halves so that no scanner takes this script for it. */
const eicar = Buffer.from('WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElW' + 'SVJVUy1URVNULUZJTEUhJEgrSCo=', 'base64');

const ACCEPTED = ['ACCEPTED'];
const OTHER = ['TYPE_NOT_TAKEN'];
const ACTIVE = ['ACTIVE_CONTENT'];

/** Name, bytes, and what may be said of them. */
export const FILES = [
  ['ok.png', okPng, ACCEPTED],
  ['bomb_20000x20000.png', png(20000, 20000, zeros((20000 * 3 + 1) * 20000)), ['TOO_MANY_PIXELS']],
  ['bomb_gray1_65535.png', png(65535, 65535, zeros((Math.floor(65535 / 8) + 2) * 65535), { bits: 1, colour: 0 }), ['TOO_MANY_PIXELS']],
  ['hugedim_header_only.png', png(0x7fffffff, 0x7fffffff, deflateSync(Buffer.alloc(1))), ['TOO_MANY_PIXELS']],
  ['zero_dim.png', png(0, 8, deflateSync(Buffer.alloc(0))), ['DAMAGED']],
  ['ztxt_bomb.png', png(8, 8, smallPixels, { extra: chunk('zTXt', bytes('c\0\0', zeros(200 * MB))) }), ['ACCEPTED', 'TOO_HEAVY', 'DAMAGED']],
  ['iccp_bomb.png', png(8, 8, smallPixels, { extra: chunk('iCCP', bytes('c\0\0', zeros(200 * MB))) }), ['ACCEPTED', 'TOO_HEAVY', 'DAMAGED']],
  ['apng_4g_frames.png', apng, ['ACCEPTED', 'DAMAGED']],
  ['truncated.png', okPng.subarray(0, -30), ['CUT_SHORT']],
  ['crc_bad.png', withBit(okPng, 40), ['DAMAGED']],
  ['trailing_html.png', bytes(okPng, script), ACCEPTED],
  ['trailing_zip.png', bytes(okPng, zip([['x', Buffer.from('y')]])), ACCEPTED],
  ['ok.jpg', jpeg(), ACCEPTED],
  ['hugedim.jpg', jpeg({ width: 65535, height: 65535 }), ['TOO_MANY_PIXELS']],
  ['truncated.jpg', jpeg({ width: 512, height: 512 }).subarray(0, -200), ['CUT_SHORT']],
  ['no_eoi.jpg', jpeg().subarray(0, -2), ['CUT_SHORT']],
  ['gps_exif.jpg', jpeg({ segments: segment('\xe1', exif()) }), ACCEPTED],
  ['exif_loop.jpg', jpeg({ segments: segment('\xe1', loop) }), ACCEPTED],
  ['com_html.jpg', jpeg({ segments: segment('\xfe', Buffer.from(script)) }), ACCEPTED],
  ['svg_script.svg', Buffer.from(svg), OTHER],
  ['svg_as.jpg', Buffer.from(`${svg}\n`), OTHER],
  ['html_as.pdf', Buffer.from(`<html>${script}</html>`), OTHER],
  ['pdf_html_polyglot.pdf', Buffer.from(`<!--%PDF-1.4\n-->${script}\n%%EOF`), OTHER],
  ['ok.pdf', pdf([catalog(), pages, page]), ACCEPTED],
  ['js.pdf', acting('/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>'), ACTIVE],
  ['launch.pdf', acting('/OpenAction << /S /Launch /F (cmd.exe) >>'), ACTIVE],
  ['js_hexname.pdf', acting('/Open#41ction << /S /J#61vaScript /JS (1) >>'), ACTIVE],
  ['flate_bomb.pdf', flateBomb, ['ACCEPTED', 'TOO_HEAVY']],
  ['encrypted.pdf', pdf([catalog(), pages, page, lock], '/Root 1 0 R /Encrypt 4 0 R /ID [<00><00>]'), ['ENCRYPTED']],
  ['ok.docx', office('word/document.xml', '<w/>'), OTHER],
  ['zipbomb.docx', zip([types, ['word/document.xml', Buffer.alloc(300 * MB)]]), OTHER],
  ['macro.docm', office('word/vbaProject.bin', '\xd0\xcf\x11\xe0'), OTHER],
  ['zipslip.docx', office('../../../../etc/pwn', 'x'), OTHER],
  ['xxe.docx', office('word/document.xml', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'), OTHER],
  ['empty.jpg', Buffer.alloc(0), ['SIZE_OUT_OF_RANGE']],
  ['gifar.gif', bytes('GIF89a/*', Buffer.alloc(8), '*/=1;alert(1)//'), OTHER],
  ['eicar.txt', eicar, OTHER],
];

/** Names that some system trips over. None may ever be used for anything. */
export const NAMES = [
  '../../etc/passwd', '..\\..\\win.ini', 'a\0.jpg', 'con.jpg', `${'a'.repeat(300)}.jpg`, 'photo\r\nX-Evil: 1.jpg', '\u202egpj.exe',
  '"><svg onload=alert(1)>.jpg', '.htaccess', 'ph😀to.jpg', 'e\u0301.jpg', '%2e%2e%2fx.jpg', ' .jpg', 'a;b.jpg',
];

/** Types that a sender may claim. */
export const TYPES = ['image/svg+xml', 'text/html', 'image/jpeg; charset=x', 'multipart/form-data', '', 'image/jpeg\r\nx: y', 'application/octet-stream'];
