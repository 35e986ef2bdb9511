"""stub"""
from PySide6.QtGui import QColor
class SurfacePicture:
    def __init__(self, solution, theme, scale, rect): self.rect=rect
    def paint(self,painter,camera,frame): painter.fillRect(self.rect, QColor(128,128,128,60))
    def close(self): pass
