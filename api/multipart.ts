/** Reads a multipart form with the parser that Node brings (fetch): its text fields, and its files byte for byte. */

import { Problem } from './problems.js';

/** A file of a form; `name` is data, never a path. */
export interface FormFile {
  name: string;
  bytes: Uint8Array;
  /** Name of the part of the form, and the media type that it says. */
  part: string;
  type: string;
}

export interface MultipartForm {
  fields: Record<string, string>;
  files: FormFile[];
}

/**
 * Throws Problem 400 when the bytes are no multipart form.
 *
 * @example (await readMultipart(body, 'multipart/form-data; boundary=x')).files[0]?.name // 'order.bpmn'
 */
export async function readMultipart(body: Uint8Array, contentType: string): Promise<MultipartForm> {
  const parts = await new Response(new Blob([body]), { headers: { 'Content-Type': contentType } })
    .formData()
    .catch(() => {
      throw new Problem(400, 'bad-multipart', 'the body is no valid multipart form', {
        errors: [{ path: 'body', reason: 'no valid multipart form; is the boundary right?' }],
      });
    });
  const fields: Record<string, string> = Object.create(null);
  const files: FormFile[] = [];
  for (const [name, value] of parts.entries())
    if (typeof value === 'string') fields[name] = value;
    else {
      const bytes = new Uint8Array(await value.arrayBuffer());
      files.push({ name: value.name, bytes, part: name, type: value.type || 'application/octet-stream' });
    }
  return { fields, files };
}
