export default ({ address, gesture }) => {
  const visit = () => {
    gesture.changed_at = null
    address.visited = { query: location.search, hash: location.hash, number: performance.now() }
  }
  globalThis.addEventListener("popstate", visit)
  if (location.hash) visit()
}
