// The body of a request, up to a limit.

/** @returns {Promise<string | undefined>} `undefined` if it is longer: then it is not read */
export async function readBody(request, mostBytes) {
  if (Number(request.headers.get("content-length") ?? 0) > mostBytes) return undefined;
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
