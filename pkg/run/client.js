// The functions with options set once.

import { withDefaults } from "./values.js";

/** Makes `createClient` of the functions that an entry exports. Each takes its options last. */
export const createClient = (runtime, functions) =>
  function createClient(defaults) {
    const bound = (call) => {
      const last = call.length - 1;
      return (...given) => {
        given[last] = withDefaults(runtime, defaults, given[last]);
        return call(...given);
      };
    };
    const entries = Object.entries(functions);
    return Object.fromEntries(entries.map(([name, call]) => [name, bound(call)]));
  };
