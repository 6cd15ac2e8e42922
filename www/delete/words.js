// The words for outcomes and choices that several rooms use.

/** The remedy for a batch in doubt. */
export const RELOAD = "reload the list to see.";

/** The meaning of each error for an operator who deletes a batch. */
export const TITLES = {
  invalid_option: "That can’t be sent",
  not_found: "There is no such batch",
  still_processing: "It hasn’t ended yet, so it wasn’t deleted",
  rate_limit: "Too many requests: not deleted for now",
  server: "The API had a problem",
  connection: "No response",
  timeout: "No response in time",
  authentication: "The relay’s key was refused",
  permission: "Not allowed",
};

export const titleOf = (code) => TITLES[code] ?? "Not deleted";
