// A worker that forwards requests and does nothing else: the cost of workerd itself.

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const headers = { "x-api-key": "sk-bare", "anthropic-version": "2023-06-01" };
    const { method, signal } = request;
    const response = await fetch(env.UPSTREAM + pathname.slice("/api".length), {
      ...{ method, headers, signal, redirect: "manual" },
    });
    const type = response.headers.get("content-type");
    return new Response(response.body, {
      status: response.status,
      headers: { "content-type": type },
    });
  },
};
