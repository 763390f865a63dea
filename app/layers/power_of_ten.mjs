/** A whole number as an exponent of ten. */
export const raised = (number) =>
  String(number).replace(/./g, (digit) => digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])

export default ({ tick, floor }) => `${tick <= floor ? "≤ " : ""}10${raised(tick)}`
