"""HoloViews as the app uses it: on Bokeh, without WebGL, which is three times slower where there is no GPU."""

import holoviews as hv

hv.extension("bokeh")
hv.renderer("bokeh").webgl = False
