// The options of every call of this page. They survive a reload.

import { Signal } from "../ui/signal.js";

const KEY = "options";

/** The numbers: label, unit in the package's options, its default as a placeholder, lowest, highest. */
export const NUMBERS = {
  concurrency: { label: "Requests at once", unit: 1, standard: 8, min: 1, max: 256 },
  maxRetries: { label: "Retries", unit: 1, standard: 2, min: 0, max: 100 },
  timeout: { label: "Seconds for an attempt", unit: 1_000, standard: 60, min: 1, max: 3_600 },
  totalTimeout: {
    label: "Seconds for a job",
    unit: 1_000,
    standard: "no limit",
    min: 1,
    max: 86_400,
  },
};

/** `{ numbers: Record<string, string>, betas: string[], others: string }` */
export const options = new Signal(restore());

/** @param {object} changes */
export function changeOptions(changes) {
  options.set({ ...options.value, ...changes });
  try {
    localStorage.setItem(KEY, JSON.stringify(options.value));
  } catch {
    // The storage is full, or off: the options last until the reload.
  }
}

function restore() {
  const none = { numbers: {}, betas: [], others: "" };
  try {
    const { numbers, betas, others } = { ...none, ...JSON.parse(localStorage.getItem(KEY)) };
    return { numbers: { ...numbers }, betas: [...betas], others: `${others}` };
  } catch {
    return none;
  }
}

/** Returns why a number is not valid: the default is used instead. */
export function problemOf(name) {
  const { min, max } = NUMBERS[name];
  const given = options.value.numbers[name] ?? "";
  const isWhole = /^\d+$/.test(given);
  if (isWhole && Number(given) > max) return `${max} is the most`;
  const isValid = given === "" || (isWhole && Number(given) >= min);
  return isValid ? undefined : `a whole number, at least ${min}`;
}

/** Returns a number in the package's unit; `undefined`, the default, for an empty field or one that is not valid. */
function numberOf(name) {
  const given = options.value.numbers[name] ?? "";
  return given === "" || problemOf(name) ? undefined : Number(given) * NUMBERS[name].unit;
}

export const chosenBetas = () =>
  [...new Set([...options.value.betas, ...options.value.others.split(/[\s,]+/)])].filter(Boolean);

/** For each call: `{ betas, maxRetries, timeout }`. */
export function requestOptions() {
  const betas = chosenBetas();
  const numbers = { maxRetries: numberOf("maxRetries"), timeout: numberOf("timeout") };
  return { ...(betas.length > 0 && { betas }), ...numbers };
}

/** For a job: the same, `concurrency` and `totalTimeout`. */
export const jobOptions = () => ({
  ...requestOptions(),
  concurrency: numberOf("concurrency"),
  totalTimeout: numberOf("totalTimeout"),
});

/** Returns the options that are set, as code has them. */
export const changedOptions = () =>
  Object.entries(jobOptions()).filter(([, value]) => value !== undefined);
