// The responses in JSON, which no cache keeps.

export const json = (status, value) =>
  Response.json(value, { status, headers: { "cache-control": "no-store" } });

export const refusal = (status, message) => json(status, { message });

/** A refusal of the relay, in the API's envelope. No client sends the request again. */
export const refusalOfRelay = (status, type, message) =>
  Response.json(
    { type: "error", error: { type, message } },
    { status, headers: { "x-should-retry": "false" } },
  );
