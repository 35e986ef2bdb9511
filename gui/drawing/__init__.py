"""What both views draw with: colours, fonts, strong lines, numbers on plates, what is read at a point."""
