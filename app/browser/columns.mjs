/** A mapping that Python sent: BokehJS holds it as a Map or as an object. */
export const record = (mapping) => mapping instanceof Map ? Object.fromEntries(mapping) : mapping

/** The columns of a data source, by name. */
export const columns = (source) => record(source.data)
