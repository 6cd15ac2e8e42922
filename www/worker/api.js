// As whom the Worker asks the API, and where.

/** The options of every call of the package. The secrets are the Worker's alone. */
export function api(env) {
  return {
    ...(env.ANTHROPIC_AUTH_TOKEN
      ? { authToken: env.ANTHROPIC_AUTH_TOKEN }
      : { apiKey: env.ANTHROPIC_API_KEY }),
    baseURL: env.ANTHROPIC_BASE_URL || undefined,
  };
}
