// Goes to another link or tab of the same page without reloading it, as the browser's back button does.
export default ({ query = location.search, hash = location.hash }) => {
  history.pushState(null, "", location.pathname + query + hash)
  dispatchEvent(new PopStateEvent("popstate"))
}
