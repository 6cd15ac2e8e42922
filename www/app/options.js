// The options of every call of this page. They survive a reload.

import { Signal } from "../ui/signal.js";

const KEY = "options";

/** The numbers: label, unit in the package's options, default, lowest, highest. */
export const NUMBERS = {
  concurrency: { label: "Requests at once", unit: 1, standard: 8, min: 1, max: 256 },
  maxRetries: { label: "Retries", unit: 1, standard: 2, min: 0, max: 100 },
  timeout: { label: "Seconds for an attempt", unit: 1_000, standard: 60, min: 1, max: 3_600 },
  totalTimeout: { label: "Seconds for a job", unit: 1_000, standard: "", min: 1, max: 86_400 },
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
  if (given === "" || (/^\d+$/.test(given) && Number(given) >= min && Number(given) <= max)) {
    return undefined;
  }
  return /^\d+$/.test(given) && Number(given) > max
    ? `${max} is the most`
    : `a whole number, at least ${min}`;
}

/** An empty field, or one that is not valid, is the default. */
function numberOf(name) {
  const { unit, standard } = NUMBERS[name];
  const given = options.value.numbers[name] ?? "";
  const value = given !== "" && !problemOf(name) ? given : standard;
  return value === "" ? undefined : Number(value) * unit;
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
export function jobOptions() {
  const totalTimeout = numberOf("totalTimeout");
  const concurrency = numberOf("concurrency");
  return { ...requestOptions(), concurrency, ...(totalTimeout && { totalTimeout }) };
}

/** Returns the options that differ from the package's defaults, as code has them. */
export const changedOptions = () =>
  Object.entries(jobOptions()).filter(([name, value]) => {
    const { standard, unit } = NUMBERS[name] ?? {};
    return value !== standard * unit;
  });
