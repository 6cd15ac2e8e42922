// A worker that deletes from the stubbed API: `{ name, count }`.

import { deleteMany } from "./contenders.mjs";

export default {
  async fetch(request) {
    const { name, count } = await request.json();
    await deleteMany(name, count);
    return Response.json({ count });
  },
};
