/** What the address says of the state, as far as it is within the limits. */
export function linked({ limits, state }) {
  try {
    const given = JSON.parse(decodeURIComponent(location.hash.slice(1)))
    const fine = ([name, value]) =>
      name in limits
        ? Number.isFinite(value) && value >= limits[name].low && value <= limits[name].high
        : name in state && typeof value === typeof state[name]
    return Object.fromEntries(Object.entries(given).filter(fine))
  } catch {
    return {}
  }
}
