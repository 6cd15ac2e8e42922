// A worker that passes requests on and does nothing else: what workerd itself costs.

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const headers = { "x-api-key": "sk-bare", "anthropic-version": "2023-06-01" };
    const { method, signal } = request;
    const answer = await fetch(env.UPSTREAM + pathname.slice("/api".length), {
      ...{ method, headers, signal, redirect: "manual" },
    });
    const type = answer.headers.get("content-type");
    return new Response(answer.body, { status: answer.status, headers: { "content-type": type } });
  },
};
