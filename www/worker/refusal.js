// A refusal of the relay, in the API's envelope. No client sends the request again.

export const refusal = (status, type, message) =>
  Response.json(
    { type: "error", error: { type, message } },
    { status, headers: { "x-should-retry": "false" } },
  );
