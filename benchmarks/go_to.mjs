// Goes to another link of the same page without opening it anew, as the browser's back button does.
export default ({ query }) => {
  history.pushState(null, "", location.pathname + query + location.hash)
  dispatchEvent(new PopStateEvent("popstate"))
}
