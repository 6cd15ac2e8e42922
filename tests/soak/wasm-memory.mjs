// The memory of the package's wasm, for calls that come after this is imported.

const memories = [];

/** Notes the memory of an instance. Node's own fetch also has a wasm; its imports are in "env". */
function note(instance, imports) {
  if ("env" in imports) return instance;
  const memory = Object.values(instance.exports).find((it) => it instanceof WebAssembly.Memory);
  if (memory) memories.push(memory);
  return instance;
}

const { instantiate, Instance } = WebAssembly;

WebAssembly.instantiate = async (source, imports) => {
  const made = await instantiate(source, imports);
  note(made.instance ?? made, imports);
  return made;
};

// In workerd the module is compiled already; in Node it is loaded synchronously.
WebAssembly.Instance = new Proxy(Instance, {
  construct: (target, given) => note(Reflect.construct(target, given), given[1]),
});

/** `{ bytes, instances }`: more than one instance means that one has trapped. */
export const wasmMemory = () => ({
  bytes: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
  instances: memories.length,
});
