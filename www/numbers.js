// Numbers as people write them.

export const number = new Intl.NumberFormat("en");

export const amount = (count) => `${number.format(count)} ${count === 1 ? "batch" : "batches"}`;
