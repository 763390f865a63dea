// Goes to another link on the same page without reloading it, as the browser's back button does.
export default ({ query }) => {
  history.pushState(null, "", location.pathname + query + location.hash)
  dispatchEvent(new PopStateEvent("popstate"))
}
