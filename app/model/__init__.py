"""What a visitor chose, as data: no Panel, no Bokeh."""
