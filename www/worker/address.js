// The network that a client's guesses count for.

const GROUPS = 8;

/**
 * Returns an IPv4 address as it is, and the /64 of an IPv6 address: one client has all of it.
 * @param {string} address of `cf-connecting-ip`
 */
export function networkOf(address) {
  if (!address.includes(":") || !URL.canParse(`http://[${address}]`)) return address;
  // Lower case, and the longest run of zeros as "::".
  const { hostname } = new URL(`http://[${address}]`);
  const [head, tail] = hostname.slice(1, -1).split("::").map(groupsOf);
  const zeros = tail ? Array(GROUPS - head.length - tail.length).fill("0") : [];
  const groups = [...head, ...zeros, ...(tail ?? [])];
  const isMapped = groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff";
  return isMapped ? ipv4Of(groups.slice(6)) : `${groups.slice(0, 4).join(":")}::/64`;
}

const groupsOf = (text) => (text === "" ? [] : text.split(":"));

const ipv4Of = (groups) =>
  groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((number) => [number >> 8, number & 0xff])
    .join(".");
