"""HoloViews as the app uses it: on Bokeh, without WebGL, which is three times slower where there is no GPU.

Figure 2's radial densities are a HoloViews composition: an area and a curve for each ρ, overlaid, and updated through a
`DynamicMap` with a stream. There it saves a glyph and a source for each of these elements, whose number follows
the radii. Everything else is plain Bokeh, because it is fed column by column through the update channel.
"""

import holoviews as hv

hv.extension("bokeh")
hv.renderer("bokeh").webgl = False
