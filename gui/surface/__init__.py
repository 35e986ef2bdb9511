"""The surface in space: a scene that draws into any framebuffer, and the widget that shows it.

`scene.SurfaceScene` and `view.SurfaceView`. This package itself imports
nothing, so that camera and picking are cheap.
"""
