// Makes an instance from the bytes of the wasm, or from a module that the runtime has compiled.

/** Makes an instance from the bytes of the wasm, or from a Response with them, which `read` returns. */
export function instantiate(read) {
  return async (glue) => {
    const source = await read();
    return WebAssembly.instantiate(checked(await compile(source), glue), glue.imports());
  };
}

/**
 * Makes an instance from a compiled module synchronously, because in workerd a request must not await the promise of
 * another one.
 */
export function instanceOf(module) {
  return (glue) => new WebAssembly.Instance(checked(module, glue), glue.imports());
}

async function compile(source) {
  // A test runner's jsdom has no Response.
  if (typeof Response === "function" && source instanceof Response) {
    if (!source.ok) throw new Error(`${source.status} for ${source.url}`);
    // Compiles while bytes arrive, if the server names the type that browsers require.
    if (source.headers.get("content-type")?.startsWith("application/wasm")) {
      return WebAssembly.compileStreaming(source);
    }
    source = await source.arrayBuffer();
  }
  return WebAssembly.compile(source);
}

/** Refuses a wasm of another build: its imports and exports have the same names for other functions. */
function checked(module, { fingerprint }) {
  if (WebAssembly.Module.customSections(module, fingerprint)[0]) return module;
  throw new Error("this wasm belongs to another build: use files of one version");
}
