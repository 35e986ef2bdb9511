"""The surface in space. `scene.SurfaceScene` draws into whatever framebuffer is current; `view.SurfaceView`
is the window's widget around it. This package itself imports nothing, so that camera and picking are cheap.
"""
