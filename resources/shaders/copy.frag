// Pixel for pixel from a picture of the same size that begins at u_origin of the target.
// PASTED: from one that was painted, as Qt keeps it in memory: the upper row first, blue before red.

uniform sampler2D u_picture;
uniform vec2 u_origin;

out vec4 o_color;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy - u_origin);
#ifdef PASTED
    at.y = textureSize(u_picture, 0).y - 1 - at.y;
    o_color = texelFetch(u_picture, at, 0).bgra;
#else
    o_color = texelFetch(u_picture, at, 0);
#endif
}
